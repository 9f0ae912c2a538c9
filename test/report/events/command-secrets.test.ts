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
];

function marked(line: string): string {
  const words = line.split(',');
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

describe('the command of a container', () => {
  it('is masked as one that is run in it', () => {
    const pod = { spec: { containers: [{ command: ['sh', '-c', 'vault login t'], args: ['--password', 'p'] }] } };
    expect(eventMask().body(pod)).toEqual({
      spec: { containers: [{ command: ['sh', '-c', 'vault login ‹secret›'], args: ['--password', '‹secret›'] }] },
    });
  });
});
