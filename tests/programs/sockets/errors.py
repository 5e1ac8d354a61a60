# Calls of _socket with right and wrong arguments: results and the wording of errors. Nothing leaves the machine.
import _socket, sys, os, warnings, errno, gc
S=_socket.socket
def t(label,f,*a,**k):
    try: r=f(*a,**k); print(label, repr(r) if not isinstance(r,S) else 'socket')
    except BaseException as e: print(label, type(e).__module__, type(e).__name__, e, getattr(e,'errno',None))
for a in ((),(2,),(2,1),(2,1,0),(2,1,0,None),('a',),(2,'a'),(2,1,'x'),(99,),(2,99),(2,1,99),(-1,-1,-1),(2.0,),(2**40,),(2,1,0,-1),(2,1,0,999),(2,1,0,'x'),(2,1,0,0),(1,2,3,4,5)):
    def mk(*a):
        s=S(*a); r=(s.family,s.type,s.proto); 
        if not(len(a)>3 and a[3]==0): s.close()
        return r
    t(('socket',a),mk,*a)
t('kw',lambda: S(family=2,type=1,proto=0,fileno=None).type); t('kw',S,famil=2)
s=S()
for a in ((),(1,),('x',),(('127.0.0.1',),),(('127.0.0.1',0),),(('127.0.0.1','x'),),(('127.0.0.1',70000),),(('127.0.0.1',-1),),((1,2),),((b'127.0.0.1',0),),(('no\0x',0),),(),(('',0,0),),(['',0],),(),(('\ud800',0),)):
    for m in ('bind','connect','connect_ex'):
        if m!='bind' and a and isinstance(a[0],tuple) and a[0][0] in ('127.0.0.1','',b'127.0.0.1'): continue
        s=S(); t((m,a),getattr(s,m),*a); s.close()
u=S(1,1)
for a in (5,'x'*200,b'\0abc',b'x'*200,'',('a',),'/nonexistent/dir/sock',bytearray(b'/nonexistent/q'), None):
    for m in ('bind','connect'):
        u=S(1,1); t((m,'unix',str(a)[:20]),getattr(u,m),a); u.close()
s=S()
for m,args in (('listen',((),(-1,),('x',),(1,2),(2**40,))),('setsockopt',((),(1,),(1,2),(1,2,3),(1,2,None),(1,2,None,4),(1,2,b'abcd'),(1,2,'x'),(1,2,3,4),(1,2,2**40),('a',2,3),(1,9999,3),(1,2,None,-1))),('getsockopt',((),(1,),(1,2),(1,2,4),(1,2,0),(1,2,1025),(1,2,-1),(1,9999),(1,3,10))),('settimeout',((),(None,),(0,),(1.5,),(-1,),('x',),(float('nan'),),(1e30,),(2**80,))),('gettimeout',((),(1,))),('setblocking',((),(0,),(1,),('x',),([],))),('getblocking',((),)),('fileno',((1,),)),('detach',((1,),)),('getsockname',((),(1,))),('getpeername',((),)),('recv',((),('x',),(-1,),(5,'x'),(5,),)),('recvfrom',((-1,),(),)),('recv_into',((),(b'abc',),(bytearray(3),-1),(bytearray(3),5),(bytearray(3),'x'),(5,))),('recvfrom_into',((bytearray(3),-1),(bytearray(3),5))),('send',((),(5,),('x',),(b'abc',),(b'abc','x'))),('sendall',((),('x',),(b'x',))),('sendto',((),(b'x',),(b'x',1,2,3),(b'x',('127.0.0.1',1)),(b'x',0,5),('x',('1',1)),(b'x',('nosuch\0',1)))),('shutdown',((),(1,),('x',),(99,))),('recvmsg',((),(-1,),(5,-1),(5,2**33),(5,10,'x'),)),('recvmsg_into',((),(5,),([b'x'],),([bytearray(1)],-1),)),('sendmsg',((),(5,),([5],),([b'x'],5),([b'x'],[(1,2)]),([b'x'],[(1,2,5)]),([b'x'],[],'x'),)),('_accept',((),(1,))),('close',((1,),)) ):
    for a in args:
        s2=S(); t((m,a),getattr(s2,m),*a); s2.close()
s=S(); s.close()
for m,a in (('bind',(('127.0.0.1',0),)),('recv',(1,)),('send',(b'x',)),('listen',()),('getsockname',()),('settimeout',(1,)),('setblocking',(0,)),('fileno',()),('detach',()),('close',()),('shutdown',(1,)),('getsockopt',(1,2))):
    t(('closed',m),getattr(s,m),*a)
F=_socket
for f,args in ((F.getaddrinfo,((),('127.0.0.1',),('127.0.0.1',80),('127.0.0.1',None),('127.0.0.1',1.5),(5,80),(b'127.0.0.1',b'80'),('127.0.0.1',80,2),('127.0.0.1',80,2,1),('127.0.0.1',80,99),('127.0.0.1',80,2,1,6),('127.0.0.1',2**70),('127.0.0.1','nosuch_service'))),(F.getnameinfo,((),(5,0),(('127.0.0.1',80),3),(('127.0.0.1',80,0),3),(('x',),0),(('127.0.0.1','x'),3))),(F.gethostbyname,((),('127.0.0.1',),(5,),(b'127.0.0.1',),('',))),(F.gethostbyname_ex,(('127.0.0.1',),)),(F.inet_aton,((),('127.0.0.1',),('1.2',),('x',),(b'1.2.3.4',),('1.2.3.4 x',),('255.255.255.255',))),(F.inet_ntoa,((b'\x7f\0\0\1',),(b'abc',),('x',),(bytearray(4),))),(F.inet_pton,((2,'1.2.3.4'),(2,'1.2'),(10,'::1'),(10,'x'),(99,'x'),(2,b'x'),())),(F.inet_ntop,((2,b'\1\2\3\4'),(2,b'abc'),(10,b'\0'*16),(10,b''),(99,b'x'),(2,'x'))),(F.htons,((1,),(-1,),(65536,),('x',),(1.5,))),(F.ntohs,((258,),(-1,),(65536,),(2**70,))),(F.htonl,((1,),(-1,),(2**32,),('x',),(2**70,))),(F.ntohl,((1,),(-1,),(2**32,),('x',))),(F.getservbyname,(('nosuch',),(5,),())),(F.getservbyport,((-1,),(70000,),('x',))),(F.getprotobyname,(('nosuch',),(5,))),(F.getdefaulttimeout,((),)),(F.setdefaulttimeout,(('x',),(-1,),(None,))),(F.CMSG_LEN,((0,),(5,),(-1,),(2**62,),('x',))),(F.CMSG_SPACE,((0,),(5,),(-1,),(2**63,))),(F.if_nametoindex,(('nosuch',),(5,))),(F.if_indextoname,((99999,),('x',),(-1,))),(F.close,((999,),('x',),(-1,))),(F.dup,((999,),('x',))),(F.socketpair,((99,),(1,99),('x',))),(F.sethostname,((5,),)),(F.gethostbyaddr,((5,),))):
    for a in args: t((f.__name__,a),f,*a)
a,b=F.socketpair()
print(a.family,a.type,b.proto, a.getsockname(), a.gettimeout())
print(a.send(b'hello'), b.recv(3), b.recv(10), a.sendall(b'x'*1000), len(b.recv(5000)))
a.settimeout(0.01); t('timeout',a.recv,5); a.setblocking(False); t('nonblock',a.recv,1); t('nonblock2',a.recv_into,bytearray(2))
print(a.gettimeout(), a.getblocking(), a.timeout); a.settimeout(None); print(a.gettimeout(), a.getblocking())
print(b.sendmsg([b'ab',b'cd']), a.recvmsg(10), b.sendmsg([b'ab'],[(1,1,__import__('struct').pack('i',0))]))
m=a.recvmsg(10,100); print(m[0],m[2],[(x,y,len(z)) for x,y,z in m[1]])
buf=bytearray(10); b.send(b'12345'); print(a.recv_into(buf,3), buf, a.recv_into(buf), buf)
b.send(b'zz'); print(a.recvmsg_into([bytearray(1),bytearray(5)])[:1])
b.send(b'qq'); print(a.recvfrom(5)); b.send(b'q'); print(a.recvfrom_into(buf), buf)
b.shutdown(1); print(a.recv(5)); b.close(); t('broken',a.send,b'x'); print(a.detach()>0, a.fileno(), a)
l=S(); l.bind(('127.0.0.1',0)); l.listen(); port=l.getsockname()[1]
c=S(); c.connect(('127.0.0.1',port)); fd,addr=l._accept(); print(fd>2, addr==c.getsockname()); d=S(2,1,0,fd); print(d.getpeername()==c.getsockname()); 
c.setsockopt(6,1,1); print(c.getsockopt(6,1), c.getsockopt(6,1,4), c.getsockopt(1,3,8)); d.close(); print(c.recv(1)); c.close(); 
c=S(); t('refused',c.connect,('127.0.0.1',1)); print(c.connect_ex(('127.0.0.1',1))); c.settimeout(1); t('refused',c.connect,('127.0.0.1',1)); c.setblocking(0); c.close()
U=S(2,2); U.bind(('127.0.0.1',0)); V=S(2,2); print(V.sendto(b'dgram',U.getsockname()), U.recvfrom(10)[0]); print(V.sendto(b'dgram',0,U.getsockname()), U.recvfrom(3)[0]); V.close();U.close()
p=__import__('tempfile').gettempdir()+'/usock';
try: os.unlink(p)
except OSError: pass
x=S(1,1); x.bind(p); x.listen(1); print(x.getsockname()==p); y=S(1,1); y.connect(p); fd,ad=x._accept(); print(repr(ad)); os.close(fd); print(y.getpeername()==p, repr(y.getsockname())); z=S(1,2); z.bind(b'\0abstract_programs'); print(z.getsockname()); z.close(); x.close(); y.close()
warnings.simplefilter('always')
x=S(1,1)
class D(S):
    def __init__(self,*a,**k): super().__init__(*a,**k); self.z=1
d=D(2,2); print(d.z, d.type, isinstance(d,S), d.proto); d.close()
o=S.__new__(S); print(o.fileno(), o.family, repr(o)); t('repr',o.recv,1)
try: a.family=3
except Exception as e: print(e)
print(F.timeout, F.error, F.gaierror, F.herror, F.gaierror.__mro__, F.has_ipv6, F.SocketType is S)
print(hash(F.BDADDR_ANY)!=0, F.gethostname()==os.uname().nodename)
l.close()
