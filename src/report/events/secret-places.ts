/** Where a program takes a secret from the words behind its name. */
export interface Place {
  program: RegExp;
  /** A word that stands between: `login`. Arguments are counted from there. */
  word?: RegExp;
  /** A flag; its value is the next word, or follows at once. */
  flag?: RegExp;
  /** From the how manieth argument that is no flag, counted from 0, or only the last. */
  argument?: number | 'last';
  /** What of the value may be shown: the user in front of the password. */
  shown?: RegExp;
}

/** As the manuals of these programs say. */
export const PLACES: readonly Place[] = [
  {
    program: /^(?:vault|bao)$/,
    word: /^(?:login|unseal|unwrap|lookup|revoke|renew)$/,
    argument: 0,
    shown: /^(?:(?:username|role|mount|path)=.*|[a-z_]+=|-$)/,
  },
  { program: /^(?:snyk|ngrok)$/, word: /^(?:auth|authtoken|add-authtoken)$/, argument: 0 },
  { program: /^bw$/, word: /^unlock$/, argument: 0 },
  { program: /^bw$/, word: /^login$/, argument: 1 },
  {
    program: /^(?:docker|podman|nerdctl|buildah|skopeo|helm|oras|crane|az|oc)$/,
    word: /^login$/,
    flag: /^-p=?/,
  },
  { program: /^(?:mysql|mariadb)[\w-]*$/, flag: /^-p(?=.)/ },
  { program: /^(?:mongo\w*|sshpass)$/, flag: /^-p/ },
  { program: /^ldap\w+$/, flag: /^-w/ },
  { program: /^(?:redis|valkey|keydb)-cli$/, flag: /^-a/ },
  { program: /^(?:redis|valkey|keydb)-cli$/, word: /^auth$/i, argument: 0 },
  { program: /^(?:redis|valkey|keydb)-cli$/, word: /^(?:requirepass|masterauth)$/i, argument: 0 },
  { program: /^(?:curl|wget)$/, flag: /^-[fgikLsSv]*[uU]/ },
  { program: /^(?:curl|wget|etcdctl)$/, flag: /^--(?:proxy-)?user(?:=|$)/, shown: /^[^:]*$/ },
  { program: /^curl$/, flag: /^--oauth2-bearer(?:=|$)/ },
  { program: /^(?:http|https|xh)$/, flag: /^-a/ },
  { program: /^(?:pth-)?(?:smbclient|rpcclient|smbget|winexe|net|samba-tool)$/, flag: /^-U/, shown: /^[^%]*%?/ },
  { program: /^openssl$/, flag: /^-(?:pass(?:in|out)?|[kK])$/, shown: /^(?:pass:|(?:env|file|fd):.*|stdin$)/ },
  { program: /^(?:kubectl|oc)$/, flag: /^--from-literal(?:=|$)/, shown: /^[^=]*=/ },
  { program: /^rabbitmqctl$/, word: /^(?:add_user|change_password|authenticate_user)$/, argument: 1 },
  { program: /^mc$/, word: /^(?:set|add)$/, argument: 3 },
  { program: /^htpasswd$/, word: /^-\w*b/, argument: 'last' },
  { program: /^(?:sqlplus|expdp|impdp)$/, argument: 0, shown: /^[^/]*\/?/ },
  { program: /^(?:cypher-shell|cqlsh|beeline|rabbitmqadmin|twine|influx)$/, flag: /^-p=?/ },
  { program: /^(?:doctl|influx|vercel|fly|flyctl)$/, flag: /^-t=?/ },
  { program: /^(?:rancher|glab)$/, word: /^login$/, flag: /^-t=?/ },
  { program: /^sqlcmd$/, flag: /^-[PzZ]/ },
  { program: /^(?:bcp|osql|isql|tsql|ipmitool|mosquitto_(?:pub|sub|rr)|zip|unzip)$/, flag: /^-P/ },
  { program: /^ipmitool$/, flag: /^-[ky]/ },
  { program: /^ipmitool$/, word: /^password$/, argument: 1 },
  { program: /^iu?sql$/, argument: 2 },
  { program: /^(?:nodetool|plink|pscp|psftp|addprinc|ank|cpw)$/, flag: /^-pw$/ },
  { program: /^(?:7z[ar]?|rar|unrar)$/, flag: /^-h?p(?=.)/ },
  { program: /^snmp\w+$/, flag: /^-[cAX]/ },
  { program: /^ssh-keygen$/, flag: /^-[NP]/ },
  { program: /^(?:useradd|usermod)$/, flag: /^-p/ },
  { program: /^kadmin(?:\.local)?$/, flag: /^-w/ },
  { program: /^lftp$/, flag: /^-u/, shown: /^[^,]*,?/ },
  { program: /^ab$/, flag: /^-[AP]/, shown: /^[^:]*:?/ },
  { program: /^(?:hey|oha)$/, flag: /^-a/, shown: /^[^:]*:?/ },
  { program: /^(?:x|wl|sdl-)freerdp3?$/, flag: /^\/(?:g?p|pth):/ },
  { program: /^sonar-scanner$/, flag: /^-Dsonar\.login=/ },
  { program: /^aws$/, word: /^put-parameter$/, flag: /^--value(?:=|$)/ },
  { program: /^az$/, word: /^secret$/, flag: /^--value(?:=|$)/ },
  { program: /^gh$/, word: /^secret$/, flag: /^(?:-b|--body(?:=|$))/ },
  { program: /^glab$/, word: /^var(?:iable)?$/, flag: /^(?:-v=?|--value(?:=|$))/, argument: 2 },
  { program: /^(?:fly|flyctl)$/, word: /^secrets$/, argument: 1, shown: /^[^=]*=/ },
  { program: /^doppler$/, word: /^set$/, argument: 0, shown: /^[A-Z0-9_]+(?:=|$)/ },
  { program: /^pulumi$/, word: /^set$/, argument: 1 },
  { program: /^(?:vault|bao)$/, word: /^(?:put|patch)$/, argument: 1, shown: /^[^=]*=(?:@.*|-$)?/ },
  { program: /^cargo$/, word: /^login$/, argument: 0 },
  { program: /^cloudflared$/, word: /^install$/, argument: 0 },
  { program: /^heroku$/, word: /^config:(?:set|add)$/, argument: 0, shown: /^[^=]*(?:=|$)/ },
  { program: /^poetry$/, word: /^http-basic\./, argument: 1 },
  { program: /^poetry$/, word: /^pypi-token\./, argument: 0 },
  { program: /^(?:mysql|mariadb-)admin$/, word: /^password$/, argument: 0 },
  { program: /^openssl$/, word: /^passwd$/, argument: 'last' },
  { program: /^rclone$/, word: /^obscure$/, argument: 0, shown: /^-$/ },
  { program: /^(?:samba-tool|net)$/, word: /^user$/, argument: 2 },
  { program: /^etcdctl$/, word: /^add$/, argument: 0, shown: /^[^:]*:?/ },
  { program: /^db2$/, word: /^using$/i, argument: 0 },
  { program: /^mc$/, word: /^user$/, argument: 3 },
  { program: /^rman$/, word: /^(?:target|auxiliary|catalog)$/i, argument: 0, shown: /^[^/]*\/?/ },
];
