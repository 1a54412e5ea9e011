# SPDX-License-Identifier: BSD-2-Clause
# Parts of the stats: one service, some services, a summary.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Http;

my $one = backend('named', name => 'one');
my $h = heddle(join '', "services:\n", map {
	my $port = free_port;
	"  $_: {listen: \"127.0.0.1:$port\", backends: [${\named($one)}]}\n"
} qw(web dead api));

sub names { my ($path) = @_;
	return join ' ', sort keys %{ Heddle::Http::get_json($h->control, $path)->{services} } }

my (undef, $body) = $h->get('/_v1/stats/web');
like($body, qr/^\{"status":"up".*"backends":\{"one"/, 'one service alone');
is(names('/_v1/stats?service=dead'), 'dead', 'picked out of the whole');
is(names('/_v1/stats?service=dead&service=api'), 'api dead', '... two');
is(names('/_v1/stats?service=dead,api'), 'api dead', '... as a list');
is(names('/_v1/stats?service=nobody'), '', '... nobody');
is(names('/_v1/stats?fields=summary'), 'api dead web', 'a summary has all services');
my $short = Heddle::Http::get_json($h->control, '/_v1/stats?fields=summary');
ok(!exists $short->{services}{web}{backends}, '... without backends');
my ($status, $empty, $headers) = Heddle::Http::request($h->control, 'HEAD', '/_v1/stats');
is("$status$empty", '200', 'HEAD');
cmp_ok($headers->{'content-length'}, '>', 1000, '... knows the length');
$h->finish;
done_testing();
