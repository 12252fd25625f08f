import { fails, type Table } from '../table.ts'

export const attempt: Table = {
  title: 'try, can and calls',
  because: 'failures are values here',
  rows: [
    ['try(tolist([1,true]),"ERR")', '"ERR"'],
    ['can(1/"a")', 'false'],
    ['can(tobool("x"))', 'false'],
    ['can(null.a)', 'false'],
    ['try(null.a,"d")', '"d"'],
    ['try()', fails('Error in function call')],
    ['try(null.a)', fails('Error in function call')],
    ['try(null.a,[].b)', fails('Error in function call')],
    ['try(1)', '1'],
    ['core::lower("A")', '"a"'],
    ['can([1][2])', 'false'],
    ['can("x")', 'true'],
    ['can()', fails('Not enough function arguments')],
    ['try([1][2], null.x, "ok")', '"ok"'],
    ['try({a=1}.b, {a=1}.a)', '1'],
  ],
}
