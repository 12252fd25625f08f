import { fails, type Table } from '../table.ts'

export const hash: Table = {
  title: 'hash functions',
  because: 'a digest has one right answer',
  rows: [
    ['md5("a")', '"0cc175b9c0f1b6a831c399e269772661"'],
    ['sha1("a")', '"86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"'],
    ['sha256("a")', '"ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"'],
    [
      'sha512("a")',
      '"1f40fc92da241694750979ee6cf582f2d5d7d28e18335de05abc54d0560e0f5302860c652bf08d560252aa5e74210546f369fbbbce8c12cfc7957b2652fe9a75"',
    ],
    ['sha256(1)', '"6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b"'],
    ['sha256(null)', fails('Invalid function argument')],
    ['uuidv5("dns","a.b")', '"0e7af403-ee0d-594b-ab31-08b1c687f2fa"'],
    ['uuidv5("url","x")', '"4cd605e7-afa2-5360-b5b9-c5e9fb5c76f4"'],
    ['uuidv5("oid","x")', '"8558d34a-d3c6-5881-a6e3-bf8f3e6110ea"'],
    ['uuidv5("x500","x")', '"456e503f-63e3-56c1-b807-4cd79bf8cc22"'],
    ['uuidv5("6ba7b810-9dad-11d1-80b4-00c04fd430c8","x")', '"05b16a01-46c6-56dd-bd6e-c6dfb4a1427a"'],
    ['uuidv5("bad","x")', fails('Error in function call')],
    ['uuidv5("dns","")', '"4ebd0208-8328-5d69-8c44-ec50939c0967"'],
    ['sha256("")', '"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"'],
    ['md5("é")', '"66ddcd97cfdeabb2f6fb8a999b4bc76f"'],
  ],
}
