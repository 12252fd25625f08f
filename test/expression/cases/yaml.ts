import type { Table } from '../table.ts'
import { fails } from '../table.ts'

const decode = (text: string) => `yamldecode(${JSON.stringify(text)})`
const scalars = (...all: readonly string[]) => decode(all.map((one, i) => `k${i}: ${one}\n`).join(''))

export const yaml: Table = {
  title: 'YAML',
  because: 'version 1.2 with the words of 1.1, and the oddities of the one parser Terraform has',
  rows: [
    [decode('a: 1\nb: [x, {c: d}]\n'), '{"a":1,"b":["x",{"c":"d"}]}'],
    [decode('- a\n- b\n'), '["a","b"]'],
    [decode('plain'), '"plain"'],
    [decode('|\n  x\n  y\n'), String.raw`"x\ny\n"`],
    [decode('>-\n  x\n  y\n\n  z\n'), String.raw`"x y\nz"`],
    [decode('---\na: 1\n...\n'), '{"a":1}'],
    [decode('---\n'), 'null'],
    [decode(''), fails('Error in function call')],
    [decode('# only a comment'), fails('Error in function call')],
    [decode('...\n'), fails('Error in function call')],
    [
      scalars('y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON', 'tRue', 'yEs'),
      '{"k0":true,"k1":true,"k10":true,"k11":"tRue","k12":"yEs","k2":true,"k3":true,"k4":true,"k5":true,"k6":true,"k7":true,"k8":true,"k9":true}',
    ],
    [
      scalars('n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'),
      '{"k0":false,"k1":false,"k10":false,"k2":false,"k3":false,"k4":false,"k5":false,"k6":false,"k7":false,"k8":false,"k9":false}',
    ],
    [
      scalars('~', 'null', 'Null', 'NULL', 'nUll', '', "''", '""', "'null'", '"~"'),
      '{"k0":null,"k1":null,"k2":null,"k3":null,"k4":"nUll","k5":null,"k6":"","k7":"","k8":"null","k9":"~"}',
    ],
    [
      scalars('1', '+1', '-1', '0', '01', '089', '1_000', '1e3', '1E3', '1e+3', '1.5e-1'),
      '{"k0":1,"k1":1,"k10":0.15,"k2":-1,"k3":0,"k4":1,"k5":89,"k6":"1_000","k7":1000,"k8":1000,"k9":1000}',
    ],
    [
      scalars('1.', '.5', '.5e1', '-.5', '+.5', '0.0', '1_0.5', '1.2.3', '1e', '0.1', '_1'),
      '{"k0":1,"k1":0.5,"k10":"_1","k2":5,"k3":-0.5,"k4":0.5,"k5":0,"k6":"1_0.5","k7":"1.2.3","k8":"1e","k9":0.1}',
    ],
    [
      scalars('0x1f', '0X1F', '-0x1F', '0o17', '0o89', '0b101', '0b102', '-0b1', '0x', '017'),
      '{"k0":31,"k1":"0X1F","k2":"-0x1F","k3":15,"k4":"0o89","k5":"0b101","k6":"0b102","k7":"-0b1","k8":"0x","k9":17}',
    ],
    [
      scalars('2020-01-01', '2020-01-01T10:00:00Z', '2020-01-01 10:00:00', '2001-12-14t21:59:43.10-05:00'),
      '{"k0":"2020-01-01T00:00:00Z","k1":"2020-01-01T10:00:00Z","k2":"2020-01-01T10:00:00Z","k3":"2001-12-14T21:59:43-05:00"}',
    ],
    [
      scalars(
        '2020-1-2',
        '2020-13-01',
        '2020-01-01T10:00',
        '12:30:45',
        '2020-01',
        "'2020-01-01'",
        '20200101',
      ),
      '{"k0":"2020-01-02T00:00:00Z","k1":"2020-13-01","k2":"2020-01-01T10:00","k3":"12:30:45","k4":"2020-01","k5":"2020-01-01","k6":20200101}',
    ],
    [
      scalars('a b', 'a#b', 'a #b', 'a:b', '=', '.', '-', '+', '<', 'http://x', '@x'),
      fails('Error in function call'),
    ],
    [
      scalars('a', '-x', '+x', '.x', '1x', '0xg', '1 2', '.inf.', '...x'),
      '{"k0":"a","k1":"-x","k2":"+x","k3":".x","k4":"1x","k5":"0xg","k6":"1 2","k7":".inf.","k8":"...x"}',
    ],
    [
      decode('a: 123456789012345678901234567890\nb: 1.00000000000000000001'),
      '{"a":123456789012345678901234567890,"b":1.00000000000000000001}',
    ],
    [decode('a: .nan'), fails('Error in function call')],
    [decode('a: &x {k: 1}\nb: *x\nc:\n  <<: *x\n  z: 2\n'), '{"a":{"k":1},"b":{"k":1},"c":{"k":1,"z":2}}'],
    [
      decode('a: &x {k: 1, z: 3}\nc:\n  z: 2\n  <<: *x\nd:\n  <<: *x\n  z: 4\n'),
      '{"a":{"k":1,"z":3},"c":{"k":1,"z":3},"d":{"k":1,"z":4}}',
    ],
    [decode('a: &x 1\nb: &x 2\nc: *x'), '{"a":1,"b":2,"c":2}'],
    [decode('<<: [{b: 1},{b: 2, c: 3}]\n'), fails('Error in function call')],
    [decode('<<: 1\n'), fails('Error in function call')],
    [decode('a: <<\n'), String.raw`{"a":"\u003c\u003c"}`],
    [decode('"<<": {b: 1}\n'), '{"b":1}'],
    [decode('a: *x'), fails('Error in function call')],
    [decode('&a [*a]'), fails('Error in function call')],
    [
      decode("a: !!str 1\nb: !!int '3'\nc: !!float 2\nd: !!binary aGk="),
      '{"a":"1","b":"3","c":2,"d":"aGk="}',
    ],
    [decode('a: !!int x'), fails('Error in function call')],
    [decode('a: !!int 5\nb: !!float 1.5\nc: !!bool yes\nd: !!null ~'), '{"a":5,"b":1.5,"c":true,"d":null}'],
    [decode('a: !!float x'), fails('Error in function call')],
    [decode('a: !!bool x'), fails('Error in function call')],
    [decode("a: !!null ''\nb: !!bool 'true'"), '{"a":"","b":"true"}'],
    [decode('a: !!timestamp 2020-01-01'), '{"a":"2020-01-01T00:00:00Z"}'],
    [decode('a: !!binary "%"'), fails('Error in function call')],
    [decode('a: ! 1'), fails('Error in function call')],
    [decode('a: !foo x'), fails('Error in function call')],
    [decode('a: !!map {x: 1}\nb: !!seq [1]'), '{"a":{"x":1},"b":[1]}'],
    [decode('a: !!set {x, y}'), fails('Error in function call')],
    [decode('a: !!str [1]'), fails('Error in function call')],
    [decode('a: 1\na: 2\n'), '{"a":2}'],
    [decode('1: x\ntrue: y\n1.50: z\n'), '{"1":"x","1.5":"z","true":true}'],
    [decode('null: q\n'), fails('Error in function call')],
    [decode('? [a]\n: b'), fails('Error in function call')],
    [decode('a: 1\n---\nb: 2\n'), fails('Error in function call')],
    [decode('{'), fails('Error in function call')],
    [decode('[1, 2'), fails('Error in function call')],
    [decode('\ta: 1'), fails('Error in function call')],
    [decode('a: b: c'), fails('Error in function call')],
    [decode('%YAML 1.1\n---\na: yes\n'), '{"a":true}'],
    [decode('%YAML 1.2\n---\na: yes\n'), fails('Error in function call')],
    [decode("a: \"x\\ty\\u00e9\\x41\"\nb: 'it''s'"), String.raw`{"a":"x\tyéA","b":"it's"}`],
    [
      decode('a:\n  - 1\n  -   - 2\n      - 3\nb:\n- x: 1\n  y: 2\n'),
      '{"a":[1,[2,3]],"b":[{"true":2,"x":1}]}',
    ],
    [decode('{a, b: , "c":1}'), '{"a":null,"b":null,"c":1}'],
    [decode('a: |+\n  x\n\nb: >\n  y\n  z\n'), String.raw`{"a":"x\n\n","b":"y z\n"}`],
    [decode('x: "a\n  b\n\n  c"\ny: a\n  b\n'), String.raw`{"true":"a b","x":"a b\nc"}`],
    ['yamldecode(null)', fails('Invalid function argument')],
    ['yamldecode(yamlencode({a=[1,"x",{b=null}]}))', '{"a":[1,"x",{"b":null}]}'],
    [
      'yamlencode({b=[1,"2",true,null,"é"],a={},c=[],d=1.5,"h i"=1,"true"=2,"1"=3})',
      String.raw`"\"1\": 3\n\"a\": {}\n\"b\":\n- 1\n- \"2\"\n- true\n- null\n- \"é\"\n\"c\": []\n\"d\": 1.5\n\"h i\": 1\n\"true\": 2\n"`,
    ],
    ['yamlencode("plain")', String.raw`"\"plain\"\n"`],
    ['yamlencode(null)', String.raw`"null\n...\n"`],
    ['yamlencode(1)', String.raw`"1\n...\n"`],
    ['yamlencode(true)', String.raw`"true\n...\n"`],
    ['yamlencode([])', String.raw`"[]\n"`],
    ['yamlencode({})', String.raw`"{}\n"`],
    ['yamlencode([[],{},[[]],[{}]])', String.raw`"- []\n- {}\n- - []\n- - {}\n"`],
    [
      'yamlencode([[1,2],[{a=1,b=[1],c={d=[{e=1}]}}]])',
      String.raw`"- - 1\n  - 2\n- - \"a\": 1\n    \"b\":\n    - 1\n    \"c\":\n      \"d\":\n      - \"e\": 1\n"`,
    ],
    ['yamlencode(toset(["b","a"]))', String.raw`"- \"a\"\n- \"b\"\n"`],
    [String.raw`yamlencode("a\nb")`, String.raw`"|-\n  a\n  b\n"`],
    [
      String.raw`yamlencode({a="x\ny\n",b="x\ny\n\n",c="\nx",d=" x\ny",e="x \ny",f="x\n y",g="\n",h="x\n\ny"})`,
      String.raw`"\"a\": |\n  x\n  y\n\"b\": |+\n  x\n  y\n\n\"c\": |2-\n\n  x\n\"d\": |2-\n   x\n  y\n\"e\": \"x \\ny\"\n\"f\": |-\n  x\n   y\n\"g\": |2+\n\n\"h\": |-\n  x\n\n  y\n"`,
    ],
    [
      String.raw`yamlencode({a={b="x\ny",c=["x\ny"]}})`,
      String.raw`"\"a\":\n  \"b\": |-\n    x\n    y\n  \"c\":\n  - |-\n    x\n    y\n"`,
    ],
    [
      String.raw`yamlencode({a="\u0007x\u2028y","x\ny"=1})`,
      String.raw`"\"a\": \"\\ax\\Ly\"\n? |-\n  x\n  y\n: 1\n"`,
    ],
    [
      String.raw`yamlencode(["\t","a\tb\nc","\r","a\r\nb","\\","\"","😀","\u00a0","\u0085","\ufeff","\u0000"])`,
      String.raw`"- \"\\t\"\n- \"a\\tb\\nc\"\n- \"\\r\"\n- \"a\\r\\nb\"\n- \"\\\\\"\n- \"\\\"\"\n- \"\\U0001F600\"\n- \" \"\n- \"\\N\"\n- \"\\uFEFF\"\n- \"\\0\"\n"`,
    ],
    [
      String.raw`yamlencode({"x\ny"={a=1},"p\nq"=[1]})`,
      String.raw`"? |-\n  p\n  q\n: - 1\n? |-\n  x\n  y\n: \"a\": 1\n"`,
    ],
    [
      `yamlencode("${'word '.repeat(40)}end")`,
      String.raw`"\"word word word word word word word word word word word word word word word word word\n  word word word word word word word word word word word word word word word word\n  word word word word word word word end\"\n"`,
    ],
    [
      `yamlencode({a={b="${'word '.repeat(40)}end"}})`,
      String.raw`"\"a\":\n  \"b\": \"word word word word word word word word word word word word word word word\n    word word word word word word word word word word word word word word word word\n    word word word word word word word word word end\"\n"`,
    ],
    [
      `yamlencode({"${'k'.repeat(140)}"=1})`,
      String.raw`"? \"kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk\"\n: 1\n"`,
    ],
    [
      'yamlencode([12345678901234567890,0.1,1e30,-0.5,1e-7])',
      String.raw`"- 12345678901234567890\n- 0.1\n- 1000000000000000000000000000000\n- -0.5\n- 0.0000001\n"`,
    ],
    [String.raw`yamlencode("a\n\n")`, String.raw`"|+\n  a\n\n"`],
    [String.raw`yamlencode(["a\n\n"])`, String.raw`"- |+\n  a\n\n"`],
    [
      `yamlencode(["${'a  b '.repeat(40)}", "${'é'.repeat(90)} x y", {a="${'word '.repeat(40)}"}])`,
      String.raw`"- \"a  b a  b a  b a  b a  b a  b a  b a  b a  b a  b a  b a  b a  b a  b a  b a  b\n  a  b a  b a  b a  b a  b a  b a  b a  b a  b a  b a  b a  b a  b a  b a  b a  b\n  a  b a  b a  b a  b a  b a  b a  b a  b \"\n- \"éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé\n  x y\"\n- \"a\": \"word word word word word word word word word word word word word word word\n    word word word word word word word word word word word word word word word word\n    word word word word word word word word word \"\n"`,
    ],
    ['yamlencode(yamldecode("a: [1, x]"))', String.raw`"\"a\":\n- 1\n- \"x\"\n"`],
  ],
}
