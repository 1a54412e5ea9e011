# SPDX-License-Identifier: BSD-2-Clause
# A backend or a check that leads back to where it began is refused, with both places; a way to
# another service that ends somewhere is not.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Configure;
use IO::Socket::INET;

# The address that this machine has beside the loopback one; without a route there is none.
my $udp = IO::Socket::INET->new(Proto => 'udp', PeerAddr => '192.0.2.1:9');
my $own = $udp && $udp->sockhost;
my ($r, $here) = ('leads back to heddle itself: services.', 'and leads back here');
my @refused = (
	'web: {listen: "127.0.0.1:8080", backends: {x: "127.0.0.1:8080"}}' =>
		["backends.x: 127.0.0.1:8080 ${r}web listens on 127.0.0.1:8080 (heddle.yaml:2)"],
	'web: {listen: ":8080", backends: {x: "[::1]:8080"}}' =>
		["backends.x: [::1]:8080 ${r}web listens on :8080 (heddle.yaml:2)"],
	'web: {listen: "0.0.0.0:8080", backends: {x: "0.0.0.0:8080"}}' =>
		["backends.x: 0.0.0.0:8080 ${r}web listens on 0.0.0.0:8080"],
	'web: {listen: ["127.0.0.1:8079-8081"], backends: {x: "127.0.0.1:*"}}' =>
		["backends.x: 127.0.0.1:* ${r}web listens on 127.0.0.1:8080"],
	'web: {listen: "/tmp/heddle-ring", backends: {x: "unix:/tmp/heddle-ring"}}' =>
		["backends.x: unix:/tmp/heddle-ring ${r}web listens on unix:/tmp/heddle-ring"],
	'web: {listen: ":8080", check: {type: tcp}, backends: '
		. '{x: {address: "10.0.0.1:80", check: {address: "127.0.0.1:8080"}}}}' =>
		["backends.x.check: 127.0.0.1:8080 ${r}web listens on :8080"],
	"web: {listen: ':8080', backends: {x: '127.0.0.1:8081'}}\n"
		. '  api: {listen: "[::]:8081", backends: {y: "[::1]:8082"}}' . "\n"
		. '  end: {listen: ":8082", backends: {z: "127.0.0.1:8080", good: "10.0.0.1:80"}}' =>
		["services.end.backends.z: 127.0.0.1:8080 ${r}web listens on :8080 "
			. "(heddle.yaml:2) $here",
		"services.api.backends.y: [::1]:8082 ${r}end listens on :8082 (heddle.yaml:4) $here"],
	$own ? ("web: {listen: ':8080', backends: {x: '$own:8080'}}" =>
		["backends.x: $own:8080 ${r}web listens on :8080"]) : (),
);
while (my ($yaml, $messages) = splice @refused, 0, 2) {
	my ($status, $out, $err) = Heddle::Configure->new('heddle.yaml' =>
		"services:\n  $yaml\npid_file: off\n")->run('-t');
	if ($yaml =~ /\[::\]:8081/) {	# 127.0.0.1 does not come out at [::]
		is($status >> 8, 0, 'a ring that is open at one place') or diag($err);
		$yaml =~ s/'127.0.0.1:8081'/'[::1]:8081'/;
		($status, $out, $err) = Heddle::Configure->new('heddle.yaml' =>
			"services:\n  $yaml\npid_file: off\n")->run('-t');
	}
	is($status >> 8, 1, 'refused');
	ok(index($err, $_) >= 0, $_) or diag($err) for @$messages;
	unlike($err, qr/good/, 'nothing about a backend that ends somewhere');
}
for my $yaml ('web: {listen: "0.0.0.0:8080", backends: ["[::1]:8080", "192.0.2.99:8080"]}',
	'web: {listen: "127.0.0.1:8080", backends: ["127.0.0.2:8080", "127.0.0.1:8081"]}',
	"web: {listen: ':8080', backends: ['127.0.0.1:8081']}\n"
		. "  api: {listen: ':8081', backends: ['10.0.0.1:80']}") {
	my ($status, $out, $err) = Heddle::Configure->new('heddle.yaml' =>
		"services:\n  $yaml\npid_file: off\n")->run('-t');
	is($status >> 8, 0, 'allowed') or diag($err);
}

my $dir = File::Temp->newdir('heddle-alias-XXXXXX', TMPDIR => 1);
mkdir "$dir/run";
symlink 'run', "$dir/var" or die "symlink: $!";
my ($refused, undef, $why) = Heddle::Configure->new('heddle.yaml' => "pid_file: off\nservices:\n"
	. "  web: {listen: '$dir/run/s', backends: {x: 'unix:$dir/var/s'}}\n")->run('-t');
is($refused >> 8, 1, 'a path by another name of its folder');
like($why, qr{backends\.x: unix:$dir/var/s ${r}web listens on unix:$dir/run/s}, '... is told');

my $port = free_port;
my $one = backend('named', name => 'one');
my $h = heddle("services:\n  web: {listen: ':$port', backends: [\"${\$one->address}\"]}\n");
my ($status, $said) = $h->reload("services:\n  web: {listen: ':$port', "
	. "backends: [\"${\$one->address}\", \"127.0.0.1:$port\"]}\n");
is($status, 1, 'a reload refuses it');
like($said, qr/127\.0\.0\.1:$port ${r}web listens on :$port/, 'with the same words');
is(who($port), 'one', 'and serves as before');
$h->finish;
done_testing;
