// Writes the kernels' sources once more, with a call at the beginning of each branch: a function, both sides of a condition, a loop, a
// case, and what stands behind && and ||. An `if` without an else gets one.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';

const DECLARATION = '\n@external("cover", "hit")\ndeclare function cover(n: u32): void;\n';

/** Returns where each branch stands, by its number: `file:line`, and what it is. */
export function instrument(from, to) {
  const branches = [];
  for (const path of readdirSync(from, { recursive: true }).filter((name) => name.endsWith('.ts'))) {
    const text = readFileSync(join(from, path), 'utf8');
    const target = join(to, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, instrumented(path, text, branches));
  }
  return branches;
}

function instrumented(path, text, branches) {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const inserts = [];
  let depth = 0;
  const insert = (at, what, isEnd) => inserts.push({ at, what, isEnd, depth, order: inserts.length });
  const branch = (node, what) => {
    const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
    return branches.push({ place: `${relative('.', path)}:${line}`, what }) - 1;
  };
  const statement = (node, what) => {
    const call = `cover(${branch(node, what)});`;
    if (ts.isBlock(node)) insert(node.getStart(source) + 1, ` ${call}`, false);
    else {
      insert(node.getStart(source), `{ ${call} `, false);
      insert(node.getEnd(), ' }', true);
    }
  };
  const expression = (node, what) => {
    insert(node.getStart(source), `(cover(${branch(node, what)}), (`, false);
    insert(node.getEnd(), '))', true);
  };
  const visit = (node) => {
    if ((ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node)) && node.body) statement(node.body, 'function');
    else if (ts.isIfStatement(node)) {
      statement(node.thenStatement, 'if');
      if (node.elseStatement) statement(node.elseStatement, 'else');
      else insert(node.getEnd(), ` else { cover(${branch(node, 'no else')}); }`, true);
    } else if (ts.isIterationStatement(node, false)) statement(node.statement, 'loop');
    else if (ts.isCaseOrDefaultClause(node) && node.statements.length > 0)
      insert(node.statements[0].getStart(source), `cover(${branch(node, 'case')}); `, false);
    else if (ts.isConditionalExpression(node)) {
      expression(node.whenTrue, '?');
      expression(node.whenFalse, ':');
    } else if (ts.isBinaryExpression(node) && ['&&', '||'].includes(node.operatorToken.getText(source)))
      expression(node.right, node.operatorToken.getText(source));
    depth++;
    ts.forEachChild(node, visit);
    depth--;
  };
  visit(source);
  // From the end, so that places stay what they are. What is put in later stands before what was put in at the same place: there, ends
  // shall come first, the inner ones before the outer ones, and behind them beginnings, the outer ones first.
  inserts.sort(
    (a, b) =>
      b.at - a.at || Number(a.isEnd) - Number(b.isEnd) || (a.isEnd ? a.depth - b.depth : b.depth - a.depth) || b.order - a.order,
  );
  let result = text;
  for (const { at, what } of inserts) result = result.slice(0, at) + what + result.slice(at);
  return result + DECLARATION;
}
