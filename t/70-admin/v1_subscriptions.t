# SPDX-License-Identifier: BSD-2-Clause
# Subscription servers by the API: every directive that it may set is what was PUT, can be PUT
# again, comes back from the state file and goes with null; and all keys of a large server are
# listed while other requests are answered.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;
use Heddle::Client;
use Heddle::State;
use Heddle::Subscription qw(announcement subscriber);
use JSON::PP;

my ($yes, $no) = (JSON::PP::true, JSON::PP::false);
my %cases = (	# directive => forms
	balance => [qw(wrr lrc wlrc iphash round_robin least_connections)], iphash_by => [qw(peer remote_addr)],
	tolerance => ['17s', '1m30s'], max_keys => [1, 100000000], max_nodes => [7], max_nodes_per_key => [1, 300],
	max_nodes_per_sender => [0, 9], allow => [[], ['10.0.0.0/8', 'fd00::/8']], deny => [['192.0.2.1/32']],
	dotsplit => [$yes, $no], regexp => [$yes, $no], fallback_key => ['a "b" $c', 'host/app'],
	emperor => ['127.0.0.1:5000'], vassal_timeout => ['1500ms'], vassal_required => [$yes],
	forward => [['10.0.0.9:7000', 'routers.example.net:7000']], forward_address => [':3017'],
	forward_from => ['127.0.0.1:5001'],
	keys => [{}, { 'example.com:8000' => { nodes => ['127.0.0.1:3031'] }, '*.a' => { nodes => [{ address => '[::1]:80',
		weight => 65535, modifier1 => 255, modifier2 => 1, backup => 255 }, '@abs'] }, 'a/b/' => { nodes => ['unix:/x/y.sock'] } }],
);
my %only_file = map { $_ => 1 } qw(sign allow_unsigned credentials listen name);
my $state = Heddle::State->new;
my $json = JSON::PP->new->canonical->utf8->allow_nonref;
my $port = free_port;
my $h = heddle("state: $state->{path}\nsubscriptions: {large: {listen: '127.0.0.1:$port', tolerance: 10m}}\n", workers => 1);
my $api = Heddle::Api->new($h->control);
my ($block) = ($h->command('-T'))[1] =~ /^  large:\n((?:    .*\n)+)/m;
is(join(' ', grep { !$cases{$_} && !$only_file{$_} } $block =~ /^    (\w+):/mg), '', 'every directive has a case');

my (%case, %wrong);
sub same { my ($name, $what, $wanted) = @_;
	my $got = $json->encode($api->object("subscriptions/$name") // {});
	push @{ $wrong{$name} }, "$what: $got, not $wanted" if $got ne $wanted }
for my $directive (sort keys %cases) {
	for my $form (@{ $cases{$directive} }) {
		my $name = sprintf 's%03d', scalar keys %case;
		my $body = { listen => ["\@heddle-$$-$name"], $directive => $form };
		$body->{forward_address} = ':1' if $directive eq 'forward';
		my $c = $case{$name} = { key => $directive, name => "$directive: " . $json->encode($form) };
		push @{ $wrong{$name} }, 'PUT: ' . $api->errors if $api->put("subscriptions/$name", $body) != 201;
		$c->{read} = $json->encode($api->document);
		push @{ $wrong{$name} }, "GET: $c->{read}" if $directive !~ /^(?:balance|keys|allow)$/
			&& $json->encode($api->document->{$directive}) ne $json->encode($form);
		my $generation = $api->generation;
		$api->put("subscriptions/$name", $api->body);
		push @{ $wrong{$name} }, 'PUT of what was read: ' . $api->errors if $api->generation != $generation;
	}
}
is($h->stop, 0, 'stopped');
$h->run;
ok($h->wait_ready, 'started with the state file');
same($_, 'the state file', $case{$_}{read}) for sort keys %case;
for my $name (sort keys %case) {
	my $left = $json->decode($case{$name}{read});
	delete $left->{ $case{$name}{key} };
	next if $case{$name}{key} eq 'forward_address';
	$api->patch("subscriptions/$name", { $case{$name}{key} => undef });
	same($name, 'null', $json->encode($left));
}
is(join("\n", @{ $wrong{$_} // [] }), '', $case{$_}{name}) for sort keys %case;
is($api->remove("subscriptions/$_"), 200, "$_ is removed") for 's000';
is($api->get('subscriptions/s000'), 404, '... and gone');

# All keys, in pieces, to a client that is slow.
my $sender = subscriber("127.0.0.1:$port");
for my $n (1 .. 6000) {
	$sender->send(announcement("k$n.example.com", "10.0.0.1:$n"));
	next if $n % 100;	# what a socket keeps while nobody reads
	$h->wait_for(sub { (($h->stats // {})->{subscriptions}{large}{keys} // 0) >= $n }, 20, "$n keys");
}
my $client = Heddle::Client->new($h->control);
$client->send($api->bytes('GET', 'subscribed/large'));
is($api->get('subscriptions/large/k17.example.com'), 200, 'others are answered meanwhile');
is($api->document->{status}{nodes}[0]{address}, '10.0.0.1:17', '... also about a key');
is($api->answer($client), 200, 'all keys are listed');
my %seen = map { $_->{key} => scalar @{ $_->{nodes} } } @{ $api->document->{keys} };
is(scalar(grep { ($seen{"k$_.example.com"} // 0) == 1 } 1 .. 6000), 6000, '... each with its node');
is(scalar keys %seen, 6000, '... and no other');
$h->finish;
done_testing();
