# SPDX-License-Identifier: BSD-2-Clause
# A cache that is still being filled: a request whose key was there, and whose nodes were all dead,
# waited for the rest, 5 s at most, before it had the route for failed ones.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Persist;
use Heddle::Port qw(free_port);
use Heddle::Uwsgi qw(uwsgi_packet);

my ($spare, $dead, $port) = (backend('uwsgi', name => 'spare'), backend('refusing'), free_port);
my $p = Heddle::Persist->new;
my $h = $p->begin;
ok($p->set('k', 'v'), 'an item');
is($h->stop, 0, '... is in a file');

sub yaml {
	my ($routes) = @_;
	return qq(services:\n  s: {protocol: uwsgi, listen: "127.0.0.1:$port", routes: [$routes]}\n);
}
my $spared = "nodes: [\"${\$spare->address}\"]";
my $with = yaml("{cache: hosts}, {$spared, for: failed}") . 'caches: {hosts: {persist: ' . $p->file
	. ', entries: {known.test: "' . $dead->address . '"}}}' . "\n";

# Clients that have come before the cache, and send the rest of their requests afterwards.
sub half { my $client = Heddle::Client->new($port) or die "connect: $!\n"; $client->send(substr packet($_[0]), 0, 5); return $client }
sub packet { return uwsgi_packet(REQUEST_METHOD => 'GET', HTTP_HOST => $_[0]) }

$h = heddle(yaml("{$spared}"), workers => 1);
my %client = map { $_ => half($_) } qw(unknown.test known.test);
ok(until_true(sub { $h->service('s')->{sessions_active} == 2 }, 20), 'two clients');
my $lock = $p->lock;
my ($code, $out) = $h->reload($with);
is($code, 0, 'a reload puts a cache behind them, whose file is not read yet') or diag($out);
my ($resolver) = map { $_->{pid} } $h->processes('resolver');
kill 'STOP', $resolver;
$client{$_}->send(substr packet($_), 5) for qw(unknown.test known.test);
# a session ends with its client
my %answer = map { $_ => delete($client{$_})->rest(30) // '' } qw(known.test unknown.test);
kill 'CONT', $resolver;
undef $lock;
like($answer{'known.test'}, qr/^spare /, 'a key that is there, with a dead node: the route for failed ones');
like($answer{'unknown.test'}, qr/404/, '... one that is unknown is answered');
my %took = map { ($_->{key} // '') => $_->{first_byte_seconds} // $_->{duration_seconds} } $h->access(2);
# both have come at the same time, and the reload is in both
cmp_ok($took{'known.test'} + 2, '<', $took{'unknown.test'}, '... and only the latter had to wait') or diag(explain(\%took));
$h->finish;
done_testing();
