const U=process.argv[2];
const post=(p:string,b:object)=>fetch(U+p,{method:'POST',headers:{'content-type':'application/json'},body:JSON.stringify(b)}).then(r=>r.status);
const gql=(q:string,v:object)=>fetch(U+'/graphql',{method:'POST',headers:{'content-type':'application/json'},body:JSON.stringify({query:q,variables:v})}).then(r=>r.json());
for(let i=0;i<8;i++){await post('/webhook/conversation',{id:`conv_${1736+i}`,user_message:['Where is my order?','I love this cafe','Do you deliver?','This is terrible, I want my money back'][i%4],polly_response:'Let me look that up for you.',model:'gpt-4o-mini',tokens_used:{prompt_tokens:120,completion_tokens:40},latency_ms:600+i*50});}
for(const id of ['conv_1737','conv_1739']) console.log(JSON.stringify(await gql('mutation($i:RequestHumanInput!){requestHuman(input:$i){__typename}}',{i:{conversationId:id,reason:'refund over the limit'}})));
for(let i=0;i<6;i++) await post('/api/v1/sessions/session-123/turns',{outcome:i==3?'failed':'successful',asr_latency_ms:300+i*20,llm_latency_ms:800+i*90,tts_latency_ms:200});
