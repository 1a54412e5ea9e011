# SPDX-License-Identifier: BSD-2-Clause
# A question that was not understood whole is not answered with "ok", or with everything.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

my $one = backend('named', name => 'one');
my @names = map { sprintf '%s-%02d', 'a' x 51, $_ } 1 .. 20;
my @ports = map { free_port } @names;
my $yaml = join '', map {
	"  $names[$_]: {listen: \"127.0.0.1:$ports[$_]\", "
		. "backends: [{address: \"${\$one->address}\", weight: 0}]}\n"
} 0 .. $#names;
my $up = free_port;
my $h = heddle("services:\n$yaml  web: {listen: \"127.0.0.1:$up\", "
	. "backends: [\"${\$one->address}\"]}\n");

sub status { my ($path) = @_; return scalar $h->get($path) }
my $list = join ',', @names;
is(status("/_health?service=$list"), 503, 'twenty services without a backend, in one list');
is(status('/_health?' . join '&', map { "service=$_" } @names), 503, '... or one by one');
my (undef, $body) = $h->get("/_v1/stats?fields=summary&service=$list");
unlike($body, qr/"web":/, 'statistics are about those that were asked for');
like($body, qr/"$names[-1]":/, '... all of them');
is(status('/_health?service=' . 'x' x 1100), 404, 'a long name is nobody\'s');
for my $path (qw(/_health /_v1/stats)) {
	my $long = join ',', ('web') x 2000;
	is(status("$path?service=web"), 200, "$path: what is right");
	is(status("$path?service=$long"), 414, '... what is too long');
	is(status("$path?service=web&x"), 400, '... what cannot be parsed');
	is(status("$path?service=web%00$names[0]"), 400, '... a byte that no name has');
	is(status("$path?service="), 400, '... no name at all');
	is(status("$path?service=,"), 400, '... or two of these');
}
is(status('/_v1/stats?fields=sumary'), 400, 'a word that is not known');
is(status('/_v1/stats/web?fields=sumary'), 400, '... about one service');
$h->finish;
done_testing();
