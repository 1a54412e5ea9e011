# SPDX-License-Identifier: BSD-2-Clause
# Entries that had no room in their cache are there as soon as there is some: when the limit is
# raised, and when items have gone.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;

my $node = backend('uwsgi', name => 'one');
my $address = $node->address;
my $port = free_port;
my $yaml = sub { my ($most, $count) = @_; my $entries = join ', ', map { qq("e$_": "$address") } 1 .. $count; return <<"END" };
caches:
  c: {max_items: $most, entries: {$entries}}
services:
  r: {protocol: uwsgi, listen: "127.0.0.1:$port", error_response: off, routes: [{cache: c}]}
END
my $h = heddle($yaml->(2, 1), workers => 1);
my $api = Heddle::Api->new($h->control);
my $there = sub { return join ' ', grep { ($api->get("caches/c/$_"), $api->document->{status}{origin} // '')[1] } @_ };
my $become = sub { my ($wanted, @keys) = @_; return ok(until_true(sub { $there->(@keys) eq $wanted }, 10), $wanted) };

is($api->put('caches/c/live', { value => $address, expires => '1h' }), 201, 'a live item');
is([$h->reload($yaml->(2, 3))]->[0], 0, 'more entries than there is room for');
$h->wait_log(qr/cache c: no room for the entry e2/);
is($there->(qw(e1 e2 e3 live)), 'e1 live', '... are not there');
is($api->remove('caches/c/live'), 200, 'a live item goes');
ok(until_true(sub { my @now = split ' ', $there->(qw(e2 e3)); @now == 1 }, 10), '... one of them is there');
is([$h->reload($yaml->(3, 3))]->[0], 0, 'a higher limit');
$become->('e1 e2 e3', qw(e1 e2 e3));
$h->finish(alerts => 1);
done_testing();
