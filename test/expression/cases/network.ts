import { fails, type Table } from '../table.ts'

export const network: Table = {
  title: 'network functions',
  because: 'addresses are computed, not looked up',
  rows: [
    ['cidrhost("10.0.0.0/8",5)', '"10.0.0.5"'],
    ['cidrnetmask("10.0.0.0/12")', '"255.240.0.0"'],
    ['cidrsubnet("10.0.0.0/8",8,2)', '"10.2.0.0/16"'],
    ['cidrsubnets("10.0.0.0/8",4,4)', '["10.0.0.0/12","10.16.0.0/12"]'],
    ['cidrhost("fd00::/8",10)', '"fd00::a"'],
    ['cidrhost("10.0.0.0/30",4)', fails('Error in function call')],
    ['cidrhost("10.0.0.0/30",-1)', '"10.0.0.3"'],
    ['cidrhost("10.0.0.5/30",1)', '"10.0.0.5"'],
    ['cidrhost("bad",1)', fails('Invalid function argument')],
    ['cidrnetmask("fd00::/8")', fails('Invalid function argument')],
    ['cidrnetmask("1.2.3.4/0")', '"0.0.0.0"'],
    ['cidrsubnet("fd00:fd12:3456:7890::/56",16,162)', '"fd00:fd12:3456:7800:a200::/72"'],
    ['cidrsubnet("10.0.0.0/8",30,1)', fails('Error in function call')],
    ['cidrsubnet("10.0.0.0/8",2,4)', fails('Error in function call')],
    ['cidrsubnets("10.0.0.0/8",4,8,4)', '["10.0.0.0/12","10.16.0.0/16","10.32.0.0/12"]'],
    ['cidrsubnets("10.0.0.0/30",1,1,1)', fails('Invalid function argument')],
    ['cidrsubnets("10.0.0.0/8",0)', fails('Invalid function argument')],
    ['cidrsubnets("10.0.0.0/8")', '[]'],
  ],
}
