1704205801.1: {"method":"subscribe","success":false,"error":"Currency pair not supported\n\u001b[31m\u0007\u009b31m XXX/USD"}
1704205801.2: {"errorMessage":"Subscription name invalid","event":"subscriptionStatus","pair":"XXX/USD","status":"error"}
