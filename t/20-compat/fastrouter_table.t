# SPDX-License-Identifier: BSD-2-Clause
# Every option that uWSGI has for its fastrouter, and those of uWSGI that matter to it, by what
# becomes of it here: mapped (the document says it), told (accepted, and its missing effect is told),
# silent, refused with what to do, or later. None is forgotten: the manual, --help and
# docs/from-fastrouter.md have the same.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Fastrouter;

my $subscribed = '--fastrouter-subscription-server=127.0.0.1:7000';
my $application = qr/heddle runs no application/;
my @options = (
	# [name, class, value (undef: it takes none), what the document or the message says, more options]
	# Those of the router.
	['fastrouter', 'mapped', '127.0.0.1:3018', qr/127\.0\.0\.1:3018/],
	['fastrouter-processes', 'mapped', 3, qr/^workers: 3$/m],
	['fastrouter-workers', 'mapped', 3, qr/^workers: 3$/m],
	['fastrouter-zerg', 'refused', '/zerg', qr/fd:\/\/N/],
	['fastrouter-use-cache', 'mapped', 'hosts', qr/- cache: "hosts"/, '--cache2=name=hosts'],
	['fastrouter-use-pattern', 'mapped', '/run/%s', qr/- pattern: "\/run\/%s"/],
	['fastrouter-use-base', 'mapped', '/run/', qr/- base: "\/run\/"/],
	['fastrouter-fallback', 'mapped', '/f', qr/- nodes: \["\/f"\]\n +for: failed/],
	['fastrouter-use-code-string', 'mapped', '6:/a:b.lua:get', qr/- script:\n +language: lua\n +file: "\/a:b\.lua"\n +function: "get"/],
	['fastrouter-use-socket', 'refused', 1, qr/give --fastrouter-to/],
	['fastrouter-to', 'mapped', '/t', qr/- nodes: \[.*"\/t"\]/],
	['fastrouter-gracetime', 'mapped', 7, qr/retry: 7s/],
	['fastrouter-events', 'told', 7, qr/no effect/],
	['fastrouter-quiet', 'mapped', 'true', qr/level: error/],
	['fastrouter-cheap', 'mapped', undef, qr/when_empty: wait/],
	['fastrouter-subscription-server', 'mapped', '127.0.0.1:7001', qr/^subscriptions:.*127\.0\.0\.1:7001/ms],
	['fastrouter-subscription-slot', 'told', 7, qr/deprecated/],
	['fastrouter-timeout', 'mapped', 7, qr/idle_timeout: 7s/],
	['fastrouter-post-buffering', 'mapped', 7, qr/post_buffering: .*7/],
	['fastrouter-post-buffering-dir', 'mapped', '/d', qr/dir: "\/d"/, '--fastrouter-post-buffering=7'],
	['fastrouter-stats', 'mapped', '127.0.0.1:7002', qr/fastrouter_stats: \{address: "127\.0\.0\.1:7002"\}/],
	['fastrouter-stats-server', 'mapped', '127.0.0.1:7002', qr/fastrouter_stats: \{address: "127\.0\.0\.1:7002"\}/],
	['fastrouter-ss', 'mapped', '/s', qr/fastrouter_stats: \{address: "\/s", mode: "0\d+"\}/],
	['fastrouter-harakiri', 'mapped', 7, qr/^watchdog: 7s$/m],
	['fastrouter-uid', 'mapped', 0, qr/^user: "root"$/m],
	['fastrouter-gid', 'mapped', 0, qr/^group: "\w+"$/m],
	['fastrouter-resubscribe', 'mapped', '127.0.0.1:7003', qr/forward:\n +- "127\.0\.0\.1:7003"/, $subscribed],
	['fastrouter-resubscribe-bind', 'mapped', '127.0.0.1:0', qr/forward_from: "127\.0\.0\.1:0"/, $subscribed, '--fastrouter-resubscribe=127.0.0.1:7003'],
	['fastrouter-buffer-size', 'told', 7, qr/no effect/],
	['fastrouter-fallback-on-no-key', 'mapped', undef, qr/- nodes: \["\/f"\]\n(?! +for)/, '--fastrouter-fallback=/f'],
	['fastrouter-subscription-fallback-key', 'mapped', 'k', qr/fallback_key: "k"/, $subscribed],
	['fastrouter-force-key', 'mapped', 'k', qr/force: "k"/],
	['fastrouter-emperor-socket', 'mapped', '127.0.0.1:7004', qr/emperor: "127\.0\.0\.1:7004"/, $subscribed],
	['fastrouter-defer-connect-timeout', 'mapped', 7, qr/vassal_timeout: 7s/, $subscribed],
	['fastrouter-max-retries', 'mapped', 7, qr/connect_tries: 8/],
	# Those of uWSGI that matter to a router.
	['subscription-algo', 'mapped', 'lrc', qr/balance: lrc/, $subscribed],
	['subscription-dotsplit', 'mapped', undef, qr/dotsplit: on/, $subscribed],
	['subscription-tolerance', 'mapped', 7, qr/tolerance: 7s/, $subscribed],
	['subscription-tolerance-inactive', 'refused', 7, qr/--subscription-tolerance$/],
	['subscription-mountpoints', 'mapped', 1, qr/mountpoints: 1/],
	['subscription-mountpoint', 'mapped', 1, qr/mountpoints: 1/],
	['subscription-vassal-required', 'mapped', undef, qr/vassal_required: on/, $subscribed],
	['subscriptions-sign-check', 'mapped', 'SHA1:/k', qr/digest: "SHA1"\n +keys: "\/k"/, $subscribed],
	['subscriptions-sign-check-tolerance', 'mapped', 7, qr/tolerance: 7s/, $subscribed, '--subscriptions-sign-check=SHA1:/k'],
	['subscriptions-sign-skip-uid', 'mapped', 7, qr/skip_uids: \[7\]/, $subscribed, '--subscriptions-sign-check=SHA1:/k'],
	['subscriptions-use-credentials', 'mapped', undef, qr/credentials: on/, $subscribed],
	['subscriptions-credentials-check', 'mapped', '/c', qr/check:\n +- "\/c"/, $subscribed],
	['master', 'silent'],
	['listen', 'mapped', 7, qr/backlog: 7/],
	['chmod-socket', 'mapped', '640', qr/mode: "0640"/, '--fastrouter=/r'],
	['socket-timeout', 'refused', 7, qr/--fastrouter-timeout/],
	['no-defer-accept', 'refused', undef, qr/leave it out/],
	['so-keepalive', 'refused', undef, qr/leave it out/],
	['so-sndbuf', 'refused', 7, qr/leave it out/],
	['so-rcvbuf', 'refused', 7, qr/leave it out/],
	['reuse-port', 'refused', undef, qr/leave it out/],
	['abstract-socket', 'refused', undef, qr/write \@NAME/],
	['shared-socket', 'mapped', '127.0.0.1:7005', qr/- "127\.0\.0\.1:7005"/, '--fastrouter==0'],
	['stats-http', 'mapped', undef, qr/http: on/, '--fastrouter-stats=127.0.0.1:7002'],
	['stats-minified', 'mapped', undef, qr/minified: on/, '--fastrouter-stats=127.0.0.1:7002'],
	['disable-sendfile', 'refused', undef, qr/leave it out/],
	['no-fd-passing', 'refused', undef, qr/leave it out/],
	['max-fd', 'refused', 7, qr/hard limit/],
	# Those of an instance that subscribes.
	map({ [$_, 'refused', 1, $application] } qw(subscribe-to subscribe st subscribe2 subscribe-freq weight auto-weight
		subscribe-with-modifier1 unsubscribe-on-graceful-reload start-unsubscribed subscription-notify-socket
		notify-socket subscription-clear-on-shutdown)),
	# Those of any uWSGI that a router's command line or file has.
	['uid', 'mapped', 0, qr/^user: "root"$/m],
	['gid', 'mapped', 0, qr/^group: "\w+"$/m],
	['logto', 'mapped', '/l', qr/to: "\/l"/],
	['daemonize', 'mapped', '/l', qr/to: "\/l"/],
	['pidfile', 'mapped', '/p.pid', qr/^pid_file: "\/p\.pid"$/m],
	['plugin', 'silent', 'fastrouter'],
	['plugins', 'silent', 'fastrouter'],
	map({ [$_, 'silent'] } qw(vacuum strict no-orphans disable-logging enable-threads die-on-term)),
	['cache', 'mapped', 100, qr/"default":\n    max_items: 100/],
	['cache2', 'mapped', 'name=hosts,items=100,blocksize=4096', qr/"hosts":\n    max_items: 100\n/],
	['cache-store', 'mapped', '/s', qr/persist: "\/s"/, '--cache=100'],
	['file', 'mapped', '/foobar.py', qr/script: "\/foobar.py"/, '--cache=100'],
	map({ [$_, 'refused', 1, $application] } qw(socket wsgi-file module processes threads harakiri mount psgi http-socket)),
	['http', 'refused', ':80', qr/uwsgi protocol only/],
	['emperor', 'refused', '/e', qr/no Emperor/],
	['stats', 'refused', ':1', qr/--fastrouter-stats/],
	['xml', 'refused', 'a.xml', qr/ini files only/],
	['yaml', 'refused', 'a.yaml', qr/ini files only/],
	['json', 'refused', 'a.json', qr/ini files only/],
	['hook-post-app', 'refused', 'exec:a', qr/service manager/],
	['log-maxsize', 'refused', 1, qr/one log/],
	['touch-reload', 'refused', '/a', $application],
);

my @plain = ('--fastrouter=127.0.0.1:3017', '--fastrouter-to=127.0.0.1:3031');
my $usage = (Heddle::Fastrouter::run('fastrouter', '--help'))[1];
my $guide = Heddle::read_file(Heddle::root() . '/docs/from-fastrouter.md');
# Names of the guide: `fastrouter-use-cache`, `-use-zerg` behind it, `shared-socket ADDR`.
my %guide;
$guide{$_} = $guide{"fastrouter$_"} = $guide{"subscription$_"} = $guide{"subscriptions$_"} = $guide{'stats' . $_} = 1
	for $guide =~ /`(-?[a-z][a-z0-9-]*)[^`]*`/g;

for my $o (@options) {
	my ($name, $class, $value, $says, @more) = @$o;
	my $option = "--$name" . (defined $value ? "=$value" : '');
	my ($without) = (Heddle::Fastrouter::run('fastrouter', '--print', @plain, @more))[1];
	my ($status, $yaml, $told) = Heddle::Fastrouter::run('fastrouter', '--print', @plain, @more, $option);
	my @about = grep { /^fastrouter: --\Q$name\E[: ]/ } split /^/, $told;
	if ($class eq 'mapped') {
		like($yaml, $says, "$option: in the document");
		is($status, 0, '... accepted');
	} elsif ($class eq 'told' || $class eq 'silent') {
		is($yaml, $without, "$option: nothing in the document");
		is($status, 0, '... accepted');
		$class eq 'silent' ? is("@about", '', '... in silence') : like("@about", $says, '... and told');
	} else {
		is($status, 2, "$option: refused");
		like("@about", $class eq 'later' ? qr/: comes with a later version$/ : $says, '... with the reason');
	}
	is($usage =~ /^  --\Q$name\E(?![\w-])/m ? 1 : 0, $class eq 'mapped' || $class eq 'told' ? 1 : 0, '... and --help knows') if $class ne 'later';
	ok($guide{$name} || $class eq 'refused', '... and the guide') or diag($name);
}

# All of the router's own options are here, as uWSGI itself lists them.
SKIP: {
	my ($uwsgi) = grep { -x } '/usr/bin/uwsgi', '/usr/local/bin/uwsgi' or skip 'uwsgi is not installed', 1;
	my %here = map { $_->[0] => 1 } @options;
	my @theirs = `$uwsgi --plugin fastrouter --help 2>/dev/null` =~ /--((?:fastrouter|subscriptions?)(?:-[a-z-]+)?)/g;
	skip 'uwsgi has no fastrouter here', 1 if !@theirs;
	is(join(' ', grep { !$here{$_} } @theirs), '', 'uWSGI has no other');
}
done_testing();
