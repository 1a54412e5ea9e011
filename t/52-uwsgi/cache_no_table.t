# SPDX-License-Identifier: BSD-2-Clause
# More caches than there can be tables in the shared memory: those that have none are told, with the
# reason; requests for them are answered, all others are served, and once there is room they are, too.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;
use Heddle::Port qw(free_port);
use Heddle::Uwsgi qw(uwsgi_packet);

my $one = backend('uwsgi', name => 'one');
my ($first, $last) = (free_port, free_port);
my $most = 510;	# 500 tables

# Caches from this number on.
sub yaml {
	my ($from) = @_;
	my $caches = join '', map { qq(  c$_: {entries: {a.test: "${\$one->address}"}}\n) } $from .. $most;
	return <<"YAML";
services:
  first: {protocol: uwsgi, listen: "127.0.0.1:$first", routes: [{cache: c$from}]}
  last: {protocol: uwsgi, listen: "127.0.0.1:$last", routes: [{cache: c$most}]}
caches:
$caches
YAML
}
sub ask {
	my ($port) = @_;
	my $client = Heddle::Client->new($port) or return 'refused';
	$client->send(uwsgi_packet(REQUEST_METHOD => 'GET', HTTP_HOST => 'a.test'));
	return ($client->rest(20) // '') =~ /^(?:HTTP\S+ )?(\w+) / ? $1 : '';
}

my $h = heddle(yaml(1), workers => 1);
my $why = 'it has no items: there are 500 tables at most, of which each cache has one, and a subscription server some';
ok($h->wait_log(qr/error resolver\S+ cache c$most: $why$/m), 'those that have no table are told');
my @told = map { /(?:error|warn) resolver\S+ cache (\w+): / ? $1 : () } split /\n/, $h->log;
is("@told", join(' ', map { "c$_" } 501 .. $most), '... each once');
is(ask($first), 'one', 'those that have a table are served');
is(ask($last), '404', 'a key of one that has none is unknown');
my $api = Heddle::Api->new($h->control);
is($api->put("caches/c$most/b.test", { value => '127.0.0.1:7', expires => '1h' }), 507, '... the API says that an item has no room') or diag($api->body);
is($h->stats->{caches}{"c$most"}{items}, 0, '... its figures are there');
my ($code, $out) = $h->reload(yaml(21));
is($code, 0, 'a reload with fewer caches') or diag($out);
ok(until_true(sub { ask($last) eq 'one' }, 20), '... they have their items');
ok($h->wait_log(qr/notice resolver\S+ cache c$most: there is room for its items now$/m), '... and that is told');
$h->finish;
done_testing();
