1: {"kind":"deals","live":true,"t":1704205801,"p":1}
2: {"kind":"a deal","live":"true","t":1704205802,"p":2}
3: {"kind":"a deal","live":1,"t":1704205803,"p":3}
4: {"kind":"deal\nx","t":1704205804,"p":4}
5: {"kind":"a.cd"}
6: {"kind":"abcd","says":"no"}
7: {"kind":"a"}
8: {"kind":["deal"]}
9: {"n":5}
10: {"n":5.5}
11: {"any":null}
12: {"any":{"deep":[]}}
13: {"kind":"abc","says":{"not":"text"}}
