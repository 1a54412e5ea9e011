# SPDX-License-Identifier: BSD-2-Clause
# A reload that puts a cache behind a service that serves lost the requests that had come before it,
# and looked their keys up before the cache had any.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Cached qw(cached);
use Heddle::Uwsgi qw(uwsgi_packet);

my $one = backend('uwsgi', name => 'one');
my $address = $one->address;
my $lines = join('', map { "site$_.test 127.0.0.1:9\n" } 1 .. 20_000) . "last.test $address\n";
my %more = (map => [map => $lines], entries => [cache => "entries: {last.test: \"$address\"}"]);

for my $what (sort keys %more) {
	my $c = cached(workers => 2, @{ $more{$what} });
	my $with = $c->yaml;
	my $without = $with =~ s/- cache: hosts/- nodes: ["$address"]/r =~ s/^caches:.*?(?=^services:)//msr;
	my $clients = load($c->port, connections => 8, until_eof => 1, patience => 60,
		ask => uwsgi_packet(REQUEST_METHOD => 'GET', HTTP_HOST => 'last.test'), answer => qr/\A(\w+) .*\n/s);
	my $failed = 0;
	for (1 .. 10) {
		for my $yaml ($without, $with) {
			my ($code, $out) = $c->heddle->reload($yaml);
			$failed += $code != 0;
			$clients->wait_for(64);
		}
	}
	is($failed, 0, "$what: the reloads");
	my $result = $clients->stop;
	is(Heddle::Load::failed($result), 0, '... lose no request') or diag(explain($result));
	$c->heddle->stop;
}
done_testing();
