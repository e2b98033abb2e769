import { chromium } from 'playwright-core';
import { findChromium } from '../test/support/chromium.ts';
const [url,out,width='1280',height='800',...steps]=process.argv.slice(2);
const c=await findChromium();
const b=await chromium.launch({executablePath:c.executablePath,args:c.args});
const p=await b.newPage({viewport:{width:+width,height:+height},...(steps.includes('dark')&&{colorScheme:'dark'})});
p.on('console',m=>console.log('console',m.text())); p.on('pageerror',e=>console.log('error',e.message));
await p.goto(url); await p.waitForTimeout(2500);
for(const s of steps){ if(s==='dark')continue; if(s.startsWith('click:')) await p.getByText(s.slice(6),{exact:true}).first().click(); else if(s.startsWith('role:')) await p.getByRole('button',{name:s.slice(5)}).first().click(); else if(s.startsWith('key:')) await p.keyboard.press(s.slice(4)); else if(s.startsWith('type:')) await p.keyboard.type(s.slice(5)); await p.waitForTimeout(1800);}
await p.screenshot({path:out}); await b.close();
