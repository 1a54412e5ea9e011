# SPDX-License-Identifier: BSD-2-Clause
# What heddle fastrouter refuses: by name, with what to do, exit 2; a start that cannot be, exit 1.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Fastrouter;

my @plain = ('--fastrouter', '127.0.0.1:3017', '--fastrouter-to', '127.0.0.1:3031');

like(refused(2, @plain, '--fastrouter-use-cache=x', @$_), qr/^fastrouter: --fastrouter-use-cache: there is no cache x: give --cache N/m, '  no such cache')
	for [], ['--cache', 10], ['--cache2', 'name=y'];
like(refused(2, @plain, '--cache2', $_->[0]), qr/^fastrouter: --cache2: \Q$_->[0]\E: .*$_->[1]/m, "  $_->[0]")
	for ['items=4', 'needs name=NAME'], ['name=a,items=x', 'items needs a number'], ['name=a,color=red', 'does not know'],
		['name=a,udp=127.0.0.1:1', 'no copies of caches'];
my $once = sub { return join '', grep { !/running as root|beside/ } map { "$_\n" } split /\n/, refused(2, @plain, @_) };
is($once->("--fastrouter-use-cache$_", '--cache2', 'nme=x'), "fastrouter: --cache2: nme=x: "
	. "heddle does not know the key nme; it takes name, items and store\n", '  a bad cache is told once') for '', '=x';
is(() = $once->('--fastrouter-use-cache', '--cache2', $_) =~ /^fastrouter: /gm, 1, "  $_: once") for 'name=', 'items=4', 'name=a,items=0';
# uWSGI binds any free port, and says "bound on 127.0.0.1:0".
for (qw(fastrouter fastrouter-stats fastrouter-subscription-server)) {
	my $any = "fastrouter: --$_: 127.0.0.1:0: needs a port from 1 to 65535: port 0 is one that nobody knows\n";
	is($once->("--$_", '127.0.0.1:0'), $any, "  --$_ 127.0.0.1:0");
	my ($status, undef, $told) = Heddle::Fastrouter::run('fastrouter', @plain, "--$_", '127.0.0.1:0');
	like("$status $told", qr/^2 .*^\Q$any\E/ms, "... without --print");
}
my ($wrong, undef, $why) = Heddle::Fastrouter::run('fastrouter', '--print', @plain, '--fastrouter-use-cache', '--cache2', 'name=a/b');
like("$wrong $why", qr/^1 .*a name is made of letters/s, 'what no start would take, --print tells');
like(refused(2, @plain, '--file', 'app.py'), qr/^fastrouter: --file: heddle runs a script to fill a cache: give --cache/m, '  an application');
like(refused(2, @plain, "--$_", 'x'), qr/--fastrouter-stats has the figures of the router$/, '  of an instance') for qw(stats stats-server);
is(refused(2, @plain, "--$_=x"), "fastrouter: --$_: heddle runs no application: let a uWSGI serve the same inherited socket\n",
	'  of an application') for qw(socket wsgi-file module processes threads harakiri mount psgi virtualenv);
is(refused(2, @plain, '-p', 4), "fastrouter: -p: heddle runs no application: let a uWSGI serve the same inherited socket\n", '  -p');

for (['--fastrouter-fallbak', qr/nearest is --fastrouter-fallback\n/], ['--fastrouter-worker', qr/nearest is --fastrouter-workers\n/],
	['--pid-file', qr/nearest is --pidfile\n/], ['--qqqqqqqqqq', qr/--help lists them\n/], ['-fastrouter', qr/two dashes\n/],
	['--so-keepalive', qr/has TCP keep-alive on: leave it out\n/], ['--http', qr/uwsgi protocol only\n/],
	['--yaml', qr/ini files only\n/], ['--set=a', qr/write name=value\n/], ['--if-env', qr/write what comes out\n/], ['--no-fd-passing', qr/leave it out\n/],
	['--fastrouter-timeout', qr/needs a value\n/], ['--fastrouter-timeout=', qr/needs a value\n/],
	['--fastrouter-cheap=1', qr/takes no value here\n/], ['--fastrouter-timeout=x', qr/x is not a number/],
	['--fastrouter-timeout=-4', qr/-4 is not a number/], ['--listen=99999999999', qr/is not a number from 0/],
	['--chmod-socket=9', qr/9 is not a mode/, '--fastrouter', '/a'], ['--logto=10.0.0.1:514', qr/writes its log to a file/],
	['foo', qr/^fastrouter: foo: neither an option nor the name of an ini file\n/], ['--ini=http://a/b', qr/must be a file\n/],
	['--fastrouter==0', qr/no --shared-socket of this number\n/], ['--fastrouter==x', qr/write =N/],
	['--fastrouter=fd://x', qr/write fd:\/\/N/], ['--fastrouter=a:', qr/no port/], ['--fastrouter-to=a:', qr/no port/],
	['--fastrouter-subscription-server=a:', qr/no port/], ['--fastrouter-subscription-server==0', qr/write host:port or a path/],
	['--subscriptions-sign-check=SHA1', qr/write DIGEST:FOLDER/, '--fastrouter-subscription-server', '127.0.0.1:1'],
	['--subscriptions-sign-skip-uid=www', qr/is not the number of a user/, '--fastrouter-subscription-server', '127.0.0.1:1',
		'--subscriptions-sign-check', 'SHA1:/tmp'],
	['--fastrouter-subscription-server=fd://4', qr/write host:port or a path/], ['--subscription-tolerance=x', qr/is not a number/],
	['--fastrouter-stats=fd://4', qr/write host:port, a path or \@name/], ['--fastrouter-stats=a:', qr/no port/],
	['--fastrouter-fallback=@', qr/no name/]) {
	my ($option, $words, @more) = @$_;
	like(refused(2, @plain, @more, $option), $words, '  and what about it');
}
# In uWSGI the number is a word of its own here, and the mode of the socket is 666.
is(refused(2, @plain, '--chmod-socket', 660), "fastrouter: 660: write --chmod-socket=660: the value of this option follows an equals sign\n",
	'  a value behind an option that may have none');
like(refused(2, @plain[2, 3]), qr/--fastrouter: is missing/, '  no address');
like(refused(2, @plain[0, 1]), qr/nothing says where requests go: give --fastrouter-to, --fastrouter-subscription-server, /, '  no way');
like(refused(2, @plain[0, 1], '--fastrouter-fallback', '/a'), qr/nothing says where/, '  fallback nodes are no way');
my $all = refused(2, @plain, '--socket', ':1', '--nosuch', '--fastrouter-zerg', '/a', 'foo');
is(() = $all =~ /^fastrouter: /gm, 4, '  all of them are told');

# Starts that cannot be.
like(refused(1, @plain, '--uid', 'no such user'), qr/there is no user no such user$/m, '  uid');
like(refused(1, @plain, '--gid', '4294967290'), qr/there is no group 4294967290$/m, '  gid');
like(refused(1, @plain, '--fastrouter', 'nothing.invalid:3017'), qr/^fastrouter: bind\(\): nothing\.invalid:3017: /m, '  a name');
like(refused(1, @plain, '--ini', '/nonexistent.ini'), qr{^fastrouter: /nonexistent\.ini: there is no such file$}m, '  a file');
like(refused(1, @plain, '/'. 'x.ini'), qr{/x\.ini: there is no such file}, '  a bare name');

# Asking for help is no error.
my ($status, $help) = Heddle::Fastrouter::run('fastrouter', '-h');
is($status, 0, '-h');
like($help, qr/^  --$_\b/m, "... has --$_") for qw(fastrouter fastrouter-to fastrouter-use-base ini print listen daemonize);
is((Heddle::Fastrouter::run('fastrouter', '--version'))[0], 0, '--version');
done_testing();
