"""_locale and what stands on it: locale, time.strftime, format type n, calendar, re.LOCALE, in the C locales."""
import _locale, sys
def t(f,*a):
    try: r=f(*a)
    except BaseException as e: print(type(e), e)
    else: print(repr(r))
L=_locale
t(L.setlocale,0); t(L.setlocale,6); t(L.setlocale,6,"C"); t(L.setlocale,6,"xx_XX"); t(L.setlocale,99); t(L.setlocale,-1,"C"); t(L.setlocale,0,None); t(L.setlocale,0,5); t(L.setlocale); t(L.setlocale,0,"C",3); t(L.setlocale,0,"C\0"); t(L.setlocale,"a"); t(L.setlocale,0,""); t(L.setlocale,6,""); t(L.setlocale, 6, "\udc80")
t(L.localeconv); t(L.localeconv,1)
t(L.strcoll,"a","b"); t(L.strcoll,"b","a"); t(L.strcoll,"a","a"); t(L.strcoll,"a",1); t(L.strcoll,"a\0b","a"); t(L.strcoll,"a"); t(L.strcoll,"é","f")
t(L.strxfrm,"abc"); t(L.strxfrm,"a\0b"); t(L.strxfrm,1); t(L.strxfrm,""); t(L.strxfrm,"é\U0001f600"); t(L.strxfrm,"\ud800")
for k in sorted(k for k,v in vars(L).items() if isinstance(v,int)):
    t(L.nl_langinfo,getattr(L,k)) if not k.startswith("LC") else 0
t(L.nl_langinfo,0); t(L.nl_langinfo,-5); t(L.nl_langinfo,"a"); t(L.nl_langinfo,2**40)
t(L.gettext,"abc"); t(L.gettext,1); t(L.gettext,"a\0"); t(L.dgettext,"dom","abc"); t(L.dgettext,None,"abc"); t(L.dgettext,1,"abc"); t(L.dcgettext,None,"m",5); t(L.dcgettext,"d","m",6); t(L.dcgettext,"d","m","x"); t(L.gettext,"é");t(L.gettext,"\ud800")
t(L.textdomain,None); t(L.textdomain,"foo"); t(L.textdomain,None); t(L.textdomain,""); t(L.textdomain,1); t(L.textdomain)
t(L.bindtextdomain,"foo",None); t(L.bindtextdomain,"foo","/tmp"); t(L.bindtextdomain,"foo",None); t(L.bindtextdomain,"",None); t(L.bindtextdomain,None,None); t(L.bindtextdomain,"foo",5); t(L.bindtextdomain,"foo",b"/tmp"); import pathlib; t(L.bindtextdomain,"foo",pathlib.Path("/usr"))
t(L.bindtextdomain,"foo","a\0b")
t(L.bind_textdomain_codeset,"foo",None); t(L.bind_textdomain_codeset,"foo","UTF-8"); t(L.bind_textdomain_codeset,"foo",None); t(L.bind_textdomain_codeset,"foo",1);t(L.bind_textdomain_codeset,None,None)
t(L.getencoding); t(L.getencoding,1)
import locale
print(locale.Error is L.Error, L.Error.__doc__, L.__doc__)
t(locale.getlocale); t(locale.getdefaultlocale); t(locale.getpreferredencoding); t(locale.format_string,"%d",(5,)); t(locale.currency, 5); t(locale.str,1.5); t(locale.atof,"1.5")
for name in "C.UTF-8", "C", "POSIX":
    t(locale.setlocale, locale.LC_ALL, name)
    t(L.localeconv)
    t(L.nl_langinfo, L.CODESET)
    t(L.strcoll, "ä", "z")
    print(sorted(["b", "A", "a", "B", "ä"], key=locale.strxfrm))
    t(locale.getlocale)
    t(locale.format_string, "%d %.2f", (1234567, 1.5), True)
import time
print(time.strftime("%A %d %B %Y %H:%M:%S %p é %%", (2020, 3, 1, 4, 5, 6, 6, 61, 0)))
for bad in "a\0b", "\ud800":
    t(time.strftime, bad)
print(f"{1234567:n} {12345.678:n} {1 + 2j:n}")
import calendar, _strptime
print(calendar.month_name[3], calendar.TextCalendar().formatmonth(2020, 3), time.strptime("1 March 2020", "%d %B %Y"))
with calendar.different_locale("C"):
    print(calendar.day_abbr[2])
import re
print(re.findall(rb"(?L)\w+", b"a\xe4 b"), re.compile(rb"(?L)x", re.I).flags)
import gettext
print(gettext.gettext("message"), gettext.ngettext("one", "many", 2))
