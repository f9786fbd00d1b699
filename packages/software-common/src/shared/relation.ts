export type Relation = "==" | "!=" | "<" | "<=" | ">" | ">=";

/** Whether two values that compare so are in this relation. @param order less than, equal to or greater than 0 */
export function holds(relation: Relation, order: number): boolean {
  switch (relation) {
    case "==":
      return order === 0;
    case "!=":
      return order !== 0;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
  }
}
