import { fails, type Table } from '../table.ts'

export const set: Table = {
  title: 'set functions',
  because: 'elements are brought to one type, then compared',
  rows: [
    ['setintersection(["a","b"],["b"])', '["b"]'],
    ['setintersection(["a"],[1])', '[]'],
    ['setintersection([],["a"])', '[]'],
    ['setintersection(["a"])', '["a"]'],
    ['setunion(["a"],["b",1])', '["1","a","b"]'],
    ['setunion([],[])', '[]'],
    ['setunion([1],[{}])', fails('Error in function call')],
    ['setsubtract(["a","b"],["a"])', '["b"]'],
    ['setsubtract(["a",1],[1])', '["a"]'],
    ['setintersection(["a"],null)', fails('Invalid function argument')],
    ['setproduct(["a","b"],[1,2])', '[["a",1],["a",2],["b",1],["b",2]]'],
    ['setproduct(toset(["a","b"]),toset([1,2]))', '[["a",1],["a",2],["b",1],["b",2]]'],
    ['setproduct(["a"],[])', '[]'],
    ['setproduct(["a"])', fails('Error in function call')],
    ['setproduct()', fails('Error in function call')],
    ['setproduct([1,"a"],[true])', '[["1",true],["a",true]]'],
    ['setproduct(["a"],toset([1]))', '[["a",1]]'],
    ['setproduct("a",[1])', fails('Invalid function argument')],
    ['setproduct(["a"],["b"],["c","d"])', '[["a","b","c"],["a","b","d"]]'],
    ['setunion(["b"],["a"],["c"])', '["a","b","c"]'],
    ['setintersection(["a","b"],["b","c"],["b"])', '["b"]'],
    ['setsubtract(["a","b","c"],["b"])', '["a","c"]'],
    // Elements without an order of their own: as they are spelled, in quotes and with escapes.
    [String.raw`toset([["7-"],["\"6"],["7"]])`, String.raw`[["7"],["7-"],["\"6"]]`],
    [
      String.raw`toset([{a="7-"},{a="\"6"},{a="é"},{a="Z"},{a="\\"},{a="\n"}])`,
      String.raw`[{"a":"7-"},{"a":"Z"},{"a":"\"6"},{"a":"\\"},{"a":"\n"},{"a":"é"}]`,
    ],
    ['toset([["b"],["a"],["a ","b"],["a","c"],["a-"]])', '[["a ","b"],["a","c"],["a"],["a-"],["b"]]'],
    [
      'toset([[2],[10],[1.5],[-1],[0],[100000000000],[0.00001],[12345678901]])',
      '[[-1],[0],[12345678901],[1.5],[10],[100000000000],[0.00001],[2]]',
    ],
    [
      'toset([[12345678901],[12345678902],[1e100],[0.1],[1234567890]])',
      '[[0.1],[12345678901],[12345678902],[1234567890],[10000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000]]',
    ],
    ['toset([[null],["a"],["zz"],["~"]])', '[["a"],["zz"],["~"],[null]]'],
    ['toset([[true],[false]])', '[[false],[true]]'],
    [
      'toset([tomap({b="1"}),tomap({a="2"}),tomap({}),tomap({a="10",b="1"})])',
      '[{"a":"10","b":"1"},{"a":"2"},{"b":"1"},{}]',
    ],
    ['toset([["é"],["z"],["\u200b"],["😀"],["～"]])', '[["​"],["z"],["é"],["～"],["😀"]]'],
    ['toset([[["b"],["a"]],[["a"],["c"]],[]])', '[[["a"],["c"]],[["b"],["a"]],[]]'],
  ],
}
