# SPDX-License-Identifier: BSD-2-Clause
# Which ways to a node heddle fastrouter makes of its options, and in which order.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Fastrouter;

my $here = Cwd::getcwd();
my @to = ('--fastrouter-to', '10.0.0.1:3031');

# (the routes, what was told)
sub routes {
	my ($yaml, $told) = printed('--fastrouter', ':3017', @_);
	my ($routes) = $yaml =~ /^    routes:\n(.*)\z/ms;
	return ($routes, $told =~ s/^fastrouter: running as root.*\n//r);
}

sub becomes {
	my ($options, $wanted, $words) = @_;
	my ($routes, $told) = routes(@$options);
	is($routes, $wanted, '... becomes these routes');
	like($told, $words // qr/\A\z/, '... and what is told');
}

becomes(['--fastrouter-use-base', '/run/'], qq(      - base: "/run/"\n));
becomes(['--fastrouter-use-base', 'apps/'], qq(      - base: "$here/apps/"\n));
becomes(['--fastrouter-use-base', '/run/a-'], qq(      - pattern: "/run/a-%s"\n));
becomes(['--fastrouter-use-base', '127.0.0.1:'], qq(      - pattern: "127.0.0.1:%s"\n));
becomes(['--fastrouter-use-pattern', '/run/%s/a.sock'], qq(      - pattern: "/run/%s/a.sock"\n));
becomes(['--fastrouter-use-pattern', '/%d%s%%'], qq(      - pattern: "/%s%%"\n), qr/only %s and %% mean something/);
becomes([@to, '--fastrouter-to', ':3032', '--fastrouter-to', '/a', '--fastrouter-to', 'b', '--fastrouter-to', '@c'],
	qq(      - nodes: ["10.0.0.1:3031", "127.0.0.1:3032", "/a", "$here/b", "\@c"]\n));
becomes([@to, '--fastrouter-to', '/a', @to], qq(      - nodes: [{address: "10.0.0.1:3031", weight: 2}, "/a"]\n));
becomes(['--fastrouter-to', '10.0.0.1:3031,5'], qq(      - nodes: ["10.0.0.1:3031"]\n),
	qr/\Afastrouter: --fastrouter-to: 10\.0\.0\.1:3031,5 is read as 10\.0\.0\.1:3031, as uWSGI does\n\z/);
becomes(['--fastrouter-to', '/a$b"c'], qq(      - nodes: ["/a\$\$b\\"c"]\n));

# Fallback nodes: for nodes that failed, and for unknown keys with the option that says so.
my @fallback = ('--fastrouter-fallback', '/a', '--fastrouter-fallback', '/b');
becomes([@fallback, @to], qq(      - nodes: ["10.0.0.1:3031"]\n      - nodes: ["/a", "/b"]\n        for: failed\n));
becomes([@fallback, '--fastrouter-fallback-on-no-key', '--fastrouter-use-base', '/run/'],
	qq(      - base: "/run/"\n      - nodes: ["/a", "/b"]\n));
becomes([@fallback, '--fastrouter-fallback-on-no-key'], qq(      - nodes: ["/a", "/b"]\n));
becomes([@fallback, '--fastrouter-to', '/b'], qq(      - nodes: ["/b"]\n      - nodes: ["/a"]\n        for: failed\n),
	qr/--fastrouter-fallback: \/b is a node already: left out/);
becomes([@to, '--fastrouter-fallback-on-no-key'], qq(      - nodes: ["10.0.0.1:3031"]\n),
	qr/-on-no-key has no effect without --fastrouter-fallback/);

# Several ways: in the order in which uWSGI looked for the one that it used.
my ($routes, $told) = routes(@to, '--fastrouter-use-base', '/run/', '--fastrouter-use-pattern', '/run/%s', @fallback);
is($routes, qq(      - pattern: "/run/%s"\n      - base: "/run/"\n      - nodes: ["10.0.0.1:3031"]\n)
	. qq(      - nodes: ["/a", "/b"]\n        for: failed\n), 'all of them');
like($told, qr/^fastrouter: --fastrouter-$_ beside --fastrouter-use-pattern: uWSGI ignored it; here/m, "$_ is told")
	for qw(use-base to);
unlike($told, qr/--fastrouter-use-pattern beside/, 'the first one was used');

my @server = ('--fastrouter-subscription-server', ':7000');
becomes(\@server, qq(      - subscriptions: fastrouter\n));
becomes([@server, @fallback], qq(      - subscriptions: fastrouter\n      - nodes: ["/a", "/b"]\n        for: failed\n));
($routes, $told) = routes(@to, '--fastrouter-use-base', '/run/', '--fastrouter-use-pattern', '/run/%s', @server);
is($routes, qq(      - pattern: "/run/%s"\n      - subscriptions: fastrouter\n      - base: "/run/"\n)
	. qq(      - nodes: ["10.0.0.1:3031"]\n), 'subscriptions stand behind the pattern');
like($told, qr/^fastrouter: --fastrouter-$_ beside --fastrouter-use-pattern: uWSGI ignored it; here/m, "$_ is told")
	for qw(subscription-server use-base to);
done_testing();
