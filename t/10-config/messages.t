# SPDX-License-Identifier: BSD-2-Clause
# The likeliest mistakes, each with its place and with what to write instead.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Configure;

my $head = "services:\n  web:\n    backends: [10.0.0.1:80]\n";
my @mistakes = (
	"$head    balence: first\n" =>
		':4:5: error: services.web.balence: unknown key; did you mean "balance"?',
	"$head    listen: [::]:8080\n" => ':4:13: error: services.web.listen: YAML takes "[" for a '
		. 'list; quote the address: "[::]:8080"',
	"$head    listen: \@foobar\n" => ':4:13: error: services.web.listen: YAML keeps "@" for '
		. 'itself; quote it: "@foobar"',
	"$head    listen: *:80\n" => ':4:13: error: services.web.listen: YAML keeps "*" for '
		. 'itself; quote it: "*:80"',
	"$head    listen: %f\n" => ':4:13: error: services.web.listen: YAML keeps "%" for itself; '
		. 'quote it: "%f"',
	"services:\n  web:\n    listen: :80\n    backends: {x: {address: 10.0.0.1:80,5}}\n" =>
		':4:42: error: services.web.backends.x.5: no value; did a comma split the line '
		. 'above? quote it: "10.0.0.1:80,5"',
	"$head    connect_timeout: 5\n" => ':4:22: error: services.web.connect_timeout: 5 has no '
		. 'unit; write 5s or 5ms',
	"services:\n  web:\n    listen: :80\n    backends: [10.0.0.1:80, 10.0.0.2]\n" =>
		':4:29: error: services.web.backends[1]: 10.0.0.2 has no port; write 10.0.0.2:PORT',
	"$head    listen: 0.0.0.0:8080\n  api:\n    backends: []\n    listen: 0.0.0.0:8080\n" =>
		':7:13: error: services.api.listen: 0.0.0.0:8080 is already the address of '
		. 'services.web (heddle.yaml:4)',
	"services:\n\tweb:\n" => ':2:1: error: tab in the indentation; YAML wants spaces',
	"$head    balance: roundrobin\n" => ':4:14: error: services.web.balance: "roundrobin" is '
		. 'not one of round_robin least_connections first random; that is "round_robin" here',
	"$head    protocol: udp\n" => ':4:15: error: services.web.protocol: "udp" is not in this '
		. 'version; it has: tcp uwsgi',
	'' => ':1:1: error: there is nothing in it',
	"user: nobody-of-that-name\n" => ':1:7: error: user: there is no user nobody-of-that-name',
	"log: /nonexistent/x.log\n" =>
		':1:6: error: log: folder /nonexistent: No such file or directory',
);
while (my ($yaml, $message) = splice @mistakes, 0, 2) {
	my ($status, $out, $err) = Heddle::Configure->new('heddle.yaml' => $yaml)->run('-t');
	is($status >> 8, 1, 'refused');
	ok(index($err, "heddle.yaml$message\n") == 0 || index($err, "\nheddle.yaml$message\n") >= 0,
		$message) or diag($err);
	like($err, qr/^heddle: \d+ errors?(, \d+ warnings?)? in heddle\.yaml; nothing was started\n\z/m,
		'counted');
	is($out, '', 'nothing on standard output');
}
# Wrong perhaps, and no reason not to start.
my $bodies = "$head    listen: :80\n    protocol: uwsgi\n    post_buffering: {dir: /nonexistent}\n";
my ($status, $out, $err) = Heddle::Configure->new('heddle.yaml' => $bodies)->run('-t');
is($status, 0, 'a folder for bodies that is not there');
like($err, qr{^heddle\.yaml:6:27: warning: services\.web\.post_buffering\.dir: folder \S+: No such }m,
	'... is told');
($status, $out, $err) = Heddle::Configure->new->run('-t');
is($err, "heddle.yaml: error: No such file or directory\n"
	. "heddle: 1 error in heddle.yaml; nothing was started\n", 'a file that is not there');
done_testing;
