# SPDX-License-Identifier: BSD-2-Clause
# What the options of uWSGI's FastRouter become: heddle fastrouter --print.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Fastrouter;

delete $ENV{TMPDIR};
my @plain = ('--fastrouter', '127.0.0.1:3017', '--fastrouter-to', '127.0.0.1:3031');
my ($yaml, $told) = printed(@plain);
like($yaml, qr/^$_$/m, $_) for 'pid_file: off', 'workers: 1', '  to: stderr', '    protocol: uwsgi',
	'      - "127\.0\.0\.1:3017"', '    error_response: off', '    modifiers: node',
	'    idle_timeout: 60s', '    connect_tries: 4', '    passive: \{failures: 1, retry: 30s\}',
	'    routes:', '      - nodes: \["127\.0\.0\.1:3031"\]';
unlike($yaml, qr/$_/, "no $_") for qw(key when_empty post_buffering backlog connect_timeout watchdog failed);
like($told, qr/\A(?:fastrouter: running as root.*\n)?\z/, 'and nothing is told');
is((printed('--fastrouter=127.0.0.1:3017', '--fastrouter-to=127.0.0.1:3031'))[0], $yaml, '--x=v is --x v');

# Listening addresses, with relative paths of this folder.
my $here = Cwd::getcwd();
my $old = umask 0027;
for ([':3017', '- "0\.0\.0\.0:3017"'], ['[::1]:3017', '- "\[::1\]:3017"'],
	['localhost:3017', '- "127\.0\.0\.1:3017"  # localhost:3017'], ['@foobar', '- "@foobar"'],
	['\0foobar', '- "@foobar"'], ['fd://5', '- "fd:5"'],
	['/run/a.sock', '- \{address: "/run/a.sock", mode: "0750"\}'],
	['a.sock', qr/- \{address: "\Q$here\E\/a.sock", mode: "0750"\}/]) {
	my ($given, $wanted) = @$_;
	like((printed('--fastrouter', $given, @plain[2, 3]))[0], qr/^      $wanted$/m, "--fastrouter $given");
}
umask $old;
for (['-C', 666], ['-C660', 660], ['--chmod-socket', 666], ['--chmod-socket=600', 600], ['--chmod-socket=0600', 600]) {
	like((printed('--fastrouter', '/run/a.sock', $_->[0], @plain[2, 3]))[0], qr/mode: "0$_->[1]"/, $_->[0]);
}
like((printed('--shared-socket', '/run/a', '--shared-socket', 'fd://7', '--fastrouter', '=1', @plain[2, 3]))[0],
	qr/listen:\n      - "fd:7"\n    error/, '=1 is the second shared socket');

# Each option that has a value, and what is in the file then.
for (['fastrouter-processes', 4, 'workers: 4'], ['fastrouter-workers', 4, 'workers: 4'],
	['fastrouter-gracetime', 7, '    passive: \{failures: 1, retry: 7s\}'],
	['fastrouter-max-retries', 1, '    connect_tries: 2'], ['fastrouter-max-retries', 0, '    connect_tries: 4'],
	['fastrouter-timeout', 9, '    idle_timeout: 9s'], ['fastrouter-timeout', 9, '    connect_timeout: 9s'],
	['fastrouter-timeout', 0, '    idle_timeout: 60s'], ['fastrouter-post-buffering', 8192, '    post_buffering: 8192'],
	['fastrouter-quiet', 'true', '  level: error'], ['fastrouter-harakiri', 20, 'watchdog: 20s'],
	['fastrouter-force-key', 'a$b', '    key: \{force: "a\$\$b"\}'], ['subscription-mountpoints', 2, '    key: \{mountpoints: 2\}'],
	['listen', 100, '    backlog: 100'], ['uid', 'daemon', 'user: "daemon"'], ['fastrouter-uid', 'daemon', 'user: "daemon"'],
	['gid', 'daemon', 'group: "daemon"'], ['uid', 1, 'user: "daemon"'], ['fastrouter-gid', 1, 'group: "daemon"'],
	['logto', '/tmp/a', '  to: "/tmp/a"'], ['logto', 'a', qr/  to: "\Q$here\E\/a"/], ['daemonize', '/tmp/a', '  to: "/tmp/a"'],
	['daemonize', '/dev/null', '  to: off'], ['pidfile', '/tmp/a', 'pid_file: "/tmp/a"']) {
	my ($name, $value, $line) = @$_;
	my ($output, $words) = printed(@plain, "--$name", $value);
	like($output, qr/^$line$/m, "--$name $value");
	unlike($words, qr/--$name/, '... without a word');
}
like((printed(@plain, '--uid', 'nobody', '--fastrouter-uid', 'daemon'))[0], qr/^user: "daemon"$/m, '--fastrouter-uid wins');

# uWSGI opens unix sockets after --uid and before --fastrouter-uid: instances of that user announce
# themselves, and its web server asks, without --chmod-socket.
for ([['--uid', 'daemon', '--gid', 'daemon'], ', user: "daemon", group: "daemon"'], [['--fastrouter-uid', 'daemon'], ''],
	[['--uid', 1, '--fastrouter-uid', 'nobody'], ', user: "daemon"'], [[], '']) {
	my ($options, $owner) = @$_;
	my $yaml = (printed('--fastrouter', '/tmp/f.sock', '--fastrouter-subscription-server', '/tmp/s.sock', '--fastrouter-stats', '/tmp/t.sock', @$options))[0];
	$owner = '' if $> != 0;
	is(() = $yaml =~ m{\{address: "/tmp/.\.sock", mode: "0\d+"\Q$owner\E\}}g, 3, "@$options: who owns unix sockets") or diag($yaml);
}
like((printed(@plain, '-l', 7, '-ML', '-l100'))[0], qr/backlog: 100$/m, 'letters');
like((printed(@plain, '--fastrouter-cheap'))[0], qr/^    when_empty: wait$/m, '--fastrouter-cheap');
unlike((printed(@plain, '--fastrouter-quiet', 'false'))[0], qr/level/, 'false is no');
unlike((printed(@plain, '--fastrouter-gracetime', 0))[0], qr/passive/, '--fastrouter-gracetime 0');
like((printed(@plain, '--fastrouter-post-buffering', 1, '--fastrouter-post-buffering-dir', '/tmp'))[0],
	qr/^    post_buffering: \{memory: 1, dir: "\/tmp"\}$/m, '--fastrouter-post-buffering-dir');
{
	local $ENV{TMPDIR} = '/tmp';
	like((printed(@plain, '--fastrouter-post-buffering', 1))[0], qr/memory: 1, dir: "\/tmp"\}$/m, 'TMPDIR');
}
($yaml, $told) = printed(@plain, '--fastrouter-cheap', '--fastrouter-use-base', '/run/');
unlike($yaml, qr/when_empty/, '--fastrouter-cheap with a base');
like($told, qr/--fastrouter-cheap has no effect beside --fastrouter-use-base/, '... is told');

# Subscription servers.
$old = umask 0027;
for (['127.0.0.1:7000', '"127\.0\.0\.1:7000"'], [':7000', '"0\.0\.0\.0:7000"'], ['[::1]:7000', '"\[::1\]:7000"'], ['@subs', '"@subs"'],
	['/run/s.sock', '\{address: "/run/s.sock", mode: "0750"\}'], ['s.sock', qr/\{address: "\Q$here\E\/s.sock", mode: "0750"\}/]) {
	my ($given, $wanted) = @$_;
	($yaml, $told) = printed(@plain[0, 1], '-C666', '--fastrouter-subscription-server', $given);
	like($yaml, qr/^subscriptions:\n  fastrouter:\n    listen:\n      - $wanted\n    tolerance: 17s\nservices:/m, "--fastrouter-subscription-server $given");
}
umask $old;
my @server = (@plain[0, 1], map { ('--fastrouter-subscription-server', $_) } ':7000', '/run/s.sock');
like((printed(@server))[0], qr/listen:\n      - "0\.0\.0\.0:7000"\n      - \{address: "\/run\/s.sock"/, 'two of them');
for (['subscription-tolerance', 30, '    tolerance: 30s'], ['subscription-tolerance', 0, '    tolerance: 1s'], ['subscription-dotsplit', undef, '    dotsplit: on'],
	['fastrouter-subscription-fallback-key', 'a$b', '    fallback_key: "a\$\$b"'], map { ['subscription-algo', $_, "    balance: $_"] } qw(wrr lrc wlrc iphash)) {
	my ($name, $value, $line) = @$_;
	my ($output, $words) = printed(@server, "--$name", $value // ());
	like($output, qr/^$line$/m, "--$name");
	unlike($words, qr/--$name/, '... without a word');
	like((printed(@plain, "--$name", $value // ()))[1], qr/--$name/, '... told without a subscription server') if $name !~ /tolerance/;
}
($yaml, $told) = printed(@server, '--subscription-algo', 'best');
like($yaml, qr/^    balance: wrr$/m, 'an unknown algorithm');
like($told, qr/--subscription-algo: best is read as wrr, as uWSGI does$/m, '... is told');
like((printed(@server, '--fastrouter-cheap'))[0], qr/^    when_empty: wait$/m, '--fastrouter-cheap');

# Who may subscribe.
($yaml) = printed(@server, '--subscriptions-sign-check', 'SHA256:/etc', '--subscriptions-sign-check-tolerance', 60,
	(map { ('--subscriptions-sign-skip-uid', $_) } 33, 34), '--subscription-mountpoints', 1);
like($yaml, qr/^    sign:\n      digest: "SHA256"\n      keys: "\/etc"\n      tolerance: 60s\n      mountpoints: on\n      skip_uids: \[33, 34\]$/m,
	'--subscriptions-sign-check');
like((printed(@server, '--subscriptions-sign-check', 'SHA1:/etc'))[0], qr/^      tolerance: 86400s$/m, '... for a day');
like((printed(@server, '--subscriptions-use-credentials'))[0], qr/^    credentials: on$/m, '--subscriptions-use-credentials');
like((printed(@server, map { ('--subscriptions-credentials-check', $_) } '/etc', '/usr/'))[0],
	qr/^    credentials:\n      check:\n        - "\/etc"\n        - "\/usr\/"$/m, '--subscriptions-credentials-check');
like((printed(@plain, '--subscriptions-sign-check', 'SHA1:/etc'))[1], qr/--subscriptions-sign-check/, '... told without a subscription server');

# Accepted without a word, and without effect.
my @silent = map { "--$_" } qw(master vacuum strict no-orphans disable-logging enable-threads die-on-term);
($yaml, $told) = printed(@plain, @silent, '--plugin', 'fastrouter', '--plugins', 'a,b');
is($yaml, (printed(@plain))[0], 'accepted in silence');
for (qw(events buffer-size subscription-slot)) {
	($yaml, $told) = printed(@plain, "--fastrouter-$_", 5);
	is($yaml, (printed(@plain))[0], "--fastrouter-$_");
	like($told, qr/^fastrouter: --fastrouter-$_ has no effect: /m, '... is told');
}
like((printed(@plain, '--fastrouter-timeout', '12x'))[1], qr/--fastrouter-timeout: 12x is read as 12/, 'digits of 12x');
done_testing();
