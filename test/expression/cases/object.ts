import { fails, type Table } from '../table.ts'

export const object: Table = {
  title: 'objects',
  because: 'keys are text, bare or computed',
  rows: [
    ['{a=1,a=2}', '{"a":2}'],
    ['{null=1}', '{"null":1}'],
    ['{(null)=1}', fails('Null value as key')],
    ['{([])=1}', fails('Incorrect key type')],
    ['{"a"=1,b:2}', '{"a":1,"b":2}'],
    ['{1=2}', '{"1":2}'],
    ['{true=1}', '{"true":1}'],
    ['{[]=1}', fails('Incorrect key type')],
    ['{a:1}', '{"a":1}'],
    ['{"${"a"}b" = 1}', '{"ab":1}'],
    ['{("a"):1}', '{"a":1}'],
    ['{(1+1)=1}', '{"2":1}'],
    ['{1+1=1}', '{"2":1}'],
    ['{-1=1}', '{"-1":1}'],
    ['{foo()=1}', fails('Unknown function')],
    ['{a={b=1}}!={a={b=2}}', 'true'],
  ],
}
