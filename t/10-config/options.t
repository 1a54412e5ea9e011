# SPDX-License-Identifier: BSD-2-Clause
# heddle -t with its options, the files that are shipped, and where it must not look.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Configure;
use JSON::PP;

my $c = Heddle::Configure->new('heddle.yaml' =>
	"services:\n  web:\n    listen: ':80'\n    balance: first\n    passive: off\n    backends: []\n    xyz: 1\n");
my ($status, $out, $err) = $c->run('-t', '-o', 'json');
is($status >> 8, 1, 'refused');
is_deeply([map { [@$_{qw(file line column level path)}] } @{ decode_json($out) }],
	[['heddle.yaml', 3, 5, 'warning', 'services.web'],
		['heddle.yaml', 7, 5, 'error', 'services.web.xyz']], 'as JSON');

$c->write('heddle.yaml', "services:\n  web: {listen: ':80', balance: first, passive: off, backends: []}\n");
is(($c->run('-t'))[0], 0, 'a warning is no error');
for my $quiet ([], ['-q']) {
	($status, $out, $err) = $c->run('-t', '--strict', @$quiet);
	is($status >> 8, 1, 'unless it shall be');
	like($err, qr/^heddle: heddle\.yaml: 1 warning, which --strict refuses\n\z/m, '... which is said');
	unlike($err, qr/\bok\b/, '... and that it is not ok');
}
($status, $out, $err) = $c->run('--strict');
is($status >> 8, 2, '--strict without -t');
like($err, qr/^heddle: --strict goes with -t$/m, '... is refused, not ignored');
($status, $out, $err) = $c->run('-t', '-q');
is($err, '', '-q says nothing of it');

# What is taken is no matter for -t: it never binds.
my $backend = backend('echo');
(my $taken = $backend->{address}) =~ s/.*://;
$c->write('heddle.yaml', "services: {web: {listen: '127.0.0.1:$taken', backends: []}}\n");
is(($c->run('-t'))[0], 0, 'a port that somebody has');

my $root = Heddle::root();
for my $file ("$root/conf/heddle.yaml", glob "$root/conf/examples/*.yaml") {
	# the folder of the state file is made by make install
	($status, $out, $err) = $c->run(\$file, '-t', '-g', "state: $c->{dir}/state.json");
	is($status, 0, $file =~ s{.*/conf}{conf}r) or diag($err);
}
done_testing;
