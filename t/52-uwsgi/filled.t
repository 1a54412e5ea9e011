# SPDX-License-Identifier: BSD-2-Clause
# Keys were unknown for a moment after a start, and after a reload that brings a cache: clients wait
# until it has been filled.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Cached qw(cached);

my $one = backend('uwsgi', name => 'one');
my $address = $one->address;
my $lines = join('', map { "site$_.test 127.0.0.1:9\n" } 1 .. 100_000) . "last.test $address\n";

# One client for each worker and more, from the first moment on.
sub all_served {
	my ($c, $what) = @_;
	my @clients = map { $c->begin('last.test') } 1 .. 8;
	is(join(' ', map { $c->answer($_) } @clients), join(' ', ('one 0/0') x 8), $what);
}

on_each_event(sub {
	my $c = cached(workers => 2, map => $lines);
	all_served($c, 'the last line of a long mapping file');
	is($c->ask('nobody.test'), '', '... and nobody waits afterwards');

	# The same where a reload brings the cache.
	my $yaml = $c->yaml;
	my ($code, $out) = $c->heddle->reload($yaml =~ s/- cache: hosts/- nodes: ["$address"]/r =~ s/^caches:.*?(?=^services:)//msr);
	is($code, 0, 'a reload without the cache') or diag($out);
	all_served($c, '... serves by its nodes');
	($code, $out) = $c->heddle->reload($yaml);
	is($code, 0, 'a reload that brings it back') or diag($out);
	all_served($c, '... the last line again');
	$c->heddle->stop;
});
