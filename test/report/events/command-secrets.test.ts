import { describe, expect, it } from 'vitest';
import { commandSecrets } from '../../../src/report/events/command-secrets.ts';
import { eventMask } from '../../../src/report/events/mask-event.ts';

/** Words are parted by `,`; between `«` and `»` is what must not be shown. */
const SECRET = [
  'vault,login,«hvs.1»',
  'vault,login,-method=userpass,username=anna,password=«p»',
  'vault,operator,unseal,«k»',
  '/usr/bin/vault,login,«t»',
  'docker,login,-u,anna,-p,«p»,reg.example.com',
  'helm,registry,login,-p«p»',
  'mysql,-uroot,-p«p»,shop',
  'mongosh,-p,«p»',
  'ldapsearch,-x,-w,«p»',
  'redis-cli,AUTH,«p»',
  'redis-cli,-a,«p»',
  'kadmin,-p,anna/admin,-w,«p»,-q,x',
  'redis-cli,CONFIG,SET,requirepass,«p»',
  'curl,-sSu,«anna:p»,http://db',
  'curl,--user,«anna:p»',
  'curl,--oauth2-bearer,«t»',
  'curl,-H,Authorization: «t»',
  'curl,-H,authorization: token «t»',
  'curl,-HX-Vault-Token: «t»',
  'wget,--header=Cookie: «a=b»',
  'http,-a,«anna:p»',
  'smbclient,-U,anna%«p»',
  'openssl,rsa,-passin,pass:«p»',
  'kubectl,create,secret,generic,x,--from-literal=a=«v»',
  'rabbitmqctl,add_user,anna,«p»',
  'mc,alias,set,s3,http://s3,anna,«k»',
  'htpasswd,-b,file,anna,«p»',
  'sqlplus,scott/«p@db»',
  'snyk,auth,«t»',
  'bw,unlock,«p»',
  'bw,login,anna,«p»',
  'tool,--password,«p»',
  'tool,--auth-key=«k»',
  'aws,configure,set,aws_secret_access_key,«k»',
  'npm,config,set,//registry.example.com/:_authToken,«t»',
  'helm,upgrade,--set,db.auth.password=«p»',
  'env,MYSQL_PWD=«p»,mysql',
  "psql,-c,ALTER USER anna WITH PASSWORD '«p q»'",
  "mysql,-e,SET PASSWORD FOR anna = '«p»'; SELECT 1",
  'sh,-c,vault login «t» >/dev/null && ls',
  'sh,-c,X=1 env -i vault  login «t»|cat',
  "sh,-c,docker login -u anna -p '«p q»' reg",
  'sh,-c,curl -H "Authorization: «t»" http://db',
  'sh,-c,echo -n «p» | docker login --password-stdin',
  'sh,-c,su app -c "mysql -uroot -p«p»"',
  'sh,-c,true;(vault login "«t»")',
  'sh,-c,echo «t» | vault login -',
  'sh,-c,echo «anna:p» | sudo chpasswd',
  'cypher-shell,-u,neo4j,-p,«p»,RETURN 1',
  'cqlsh,db,9042,-u,anna,-p,«p»',
  'influx,write,-t,«t»,-b,bucket',
  'rancher,login,https://r,-t,«t»',
  'glab,auth,login,-t,«t»',
  'sqlcmd,-S,db,-U,sa,-P,«p»,-Q,SELECT 1',
  'sqlcmd,-U,sa,-P«p»,-Z,«q»',
  'bcp,t,out,f,-U,sa,-P,«p»',
  'mosquitto_pub,-t,x,-u,anna,-P,«p»,-m,hi',
  'ipmitool,-I,lanplus,-U,root,-P,«p»,power,on',
  'ipmitool,-I,lanplus,-k,«k»,-y,«k»,sol,activate',
  'ipmitool,user,set,password,«2»,«p»',
  'isql,DSN,anna,«p»',
  'isql,-U,sa,-P,«p»',
  'zip,-P,«p»,a.zip,b',
  'nodetool,-u,anna,-pw,«p»,info',
  'sh,-c,kadmin.local -q "addprinc -pw «p» anna"',
  '7z,a,-p«p»,x.7z',
  'rar,a,-hp«p»,x.rar',
  'snmpwalk,-v,3,-u,anna,-A,«p»,-X,«q»,db',
  'ssh-keygen,-t,ed25519,-N,«p»,-f,k',
  'usermod,-p,«p»,anna',
  'ab,-A,anna:«p»,http://x/',
  'xfreerdp,/u:anna,/p:«p»,/v:db',
  'wlfreerdp,/gu:anna,/gp:«p»,/pth:«h»,/v:db',
  'sonar-scanner,-Dsonar.login=«t»',
  'sonar-scanner,-Dsonar.token=«t»',
  'arangosh,--server.password,«p»',
  's3cmd,--secret_key=«k»',
  'aws,secretsmanager,create-secret,--name,x,--secret-string,«s»',
  'aws,ssm,put-parameter,--name,x,--value,«s»',
  'az,keyvault,secret,set,--name,x,--value,«s»',
  'gh,secret,set,X,-b,«s»',
  'glab,variable,set,X,«s»',
  'glab,variable,update,-v,«s»,«X»',
  'fly,secrets,set,A=«s»,B=«q»',
  'doppler,secrets,set,A,«s»',
  'pulumi,config,set,x,«s»',
  'vault,kv,put,secret/x,a=«s»,b=«q»',
  'cargo,login,«t»',
  'cloudflared,service,install,«t»',
  'heroku,config:set,A=«s»,B=«q»,-a,app',
  'poetry,config,http-basic.x,anna,«p»',
  'poetry,config,pypi-token.pypi,«t»',
  'mysqladmin,-u,root,password,«p»',
  'openssl,passwd,-6,«p»',
  'rclone,obscure,«p»',
  'sh,-c,echo «p» | rclone obscure -',
  'hey,-a,anna:«p»,http://x',
  'samba-tool,user,create,anna,«p»',
  'etcdctl,user,add,root:«p»',
  'db2,connect,to,x,user,anna,using,«p»',
  'mc,admin,user,add,s3,anna,«p»',
  'rman,target,sys/«p»',
  'rpcclient,-U,anna%«p»,db',
  'pth-winexe,-U,anna%«h»,//db,cmd',
  'net,rpc,user,add,anna,«p»',
  'net,rpc,group,list,-Uroot%«p»',
  'expdp,scott/«p»',
  'sh,-c,cat <<EOF >x\nuser: anna\ndb_pass: «p»\nEOF\nls',
  "sh,-c,cat <<-'E' >.env\n\tA=1\n\texport API_AUTH=«p»\n\tE",
  'sh,-c,cd / && sudo chpasswd <<EOF\n«anna:p»\nEOF\nls',
  'sh,-c,docker login --password-stdin <<EOF\n«p»',
  'sh,-c,chpasswd <<< «"anna:p"»; ls',
  'bash,-c,sh -c "sh -c \\"/bin/vault login «t\\"»"',
];

const PLAIN = [
  'vault,login,-',
  'vault,login,-method=oidc,role=dev',
  'vault,read,secret/login',
  'docker,run,-p,8080:80,-w,/srv,nginx',
  'mysql,-p,shop',
  'mysql,-P3306,--port=3306',
  'find,/var/lib/mysql,-path,x',
  'nats,-p,4222',
  'ssh,-p,22,db',
  'curl,-w,%{http_code},-H,Accept: text/plain,http://x/token',
  'cat,/var/run/secrets/kubernetes.io/serviceaccount/token',
  'tool,--no-token,x',
  'tool,--token-file,/x',
  'tool,--auth=none,bypass=1',
  'openssl,rsa,-passin,env:KEY',
  'kubectl,config,set,clusters.a.server,x',
  'bw,login,anna',
  'sh,-c,cat token | grep login x; mkdir -p /srv/mysql',
  'sh,-c,echo hello | cat -',
  'tail,-f,/var/log/login.log',
  'lftp,-u,anna,-p,21,db',
  'nodetool,-pwf,/etc/pw,info',
  'glab,mr,create,-t,title',
  'glab,mr,update,23,--title,x',
  'vault,kv,put,secret/x,a=@file',
  'vault,kv,get,secret/x',
  'heroku,auth:token',
  'rclone,obscure,-',
  'hey,-P,x:1,http://x',
  'isql,DSN,anna',
  'hey,-A,text/html,http://x',
  'sh,-c,cat <<EOF\nuser: anna\ntokens: 3\nEOF',
  'sh,-c,cat <<< hello',
  'sh,-c,echo $((1 << 2)); ls',
];

function marked(line: string): string {
  const words = line.replaceAll('\\n', '\n').split(',');
  return words
    .map((word, at) => {
      const [range, ...more] = commandSecrets(words)[at] ?? [];
      if (!range) return word;
      expect(more.every(({ start, end }) => start >= range.start && end <= range.end)).toBe(true);
      return `${word.slice(0, range.start)}«${word.slice(range.start, range.end)}»${word.slice(range.end)}`;
    })
    .join(',');
}

describe('commandSecrets', () => {
  it.each(SECRET)('finds what is secret in %s', (line) => {
    expect(marked(line.replaceAll(/[«»]/g, ''))).toBe(line);
  });

  it.each(PLAIN)('finds nothing in %s', (line) => {
    expect(marked(line)).toBe(line);
  });
});

it('finds all values of a Secret that a script writes, and nothing else of it', () => {
  const text = 'kind: Secret\nmetadata:\n  name: x\nstringData:\n  a: ONE\n  b: TWO\ntype: Opaque\n';
  const script = `kubectl apply -f - <<EOF\n${text}EOF\necho done`;
  const found = commandSecrets(['sh', '-c', script])[2]?.map(({ start, end }) => script.slice(start, end));
  expect(found).toEqual(['ONE', 'TWO']);
});

it('shows the user in front of a password behind a comma', () => {
  expect(commandSecrets(['lftp', '-u', 'anna,hunter2', 'db'])[2]).toEqual([{ start: 5, end: 12 }]);
});

it('is done at once with a script of many begun texts', () => {
  const ranges = commandSecrets(['sh', '-c', `${'cat <<EOF\n'.repeat(20_000)}password: x`])[2];
  expect(ranges?.length).toBe(1);
});

describe('the command of a container', () => {
  it('is masked as one that is run in it', () => {
    const pod = { spec: { containers: [{ command: ['sh', '-c', 'vault login t'], args: ['--password', 'p'] }] } };
    expect(eventMask().body(pod)).toEqual({
      spec: { containers: [{ command: ['sh', '-c', 'vault login ‹secret›'], args: ['--password', '‹secret›'] }] },
    });
  });
});
