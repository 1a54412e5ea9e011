#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# A route may have its subscription server in the place of a name: it is called as the service, and
# what -T prints says the same with the name.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Configure;

my $c = Heddle::Configure->new('heddle.yaml' => <<'END');
pid_file: off
services:
  sites:
    protocol: uwsgi
    listen: "127.0.0.1:3017"
    routes:
      - subscriptions: {listen: "127.0.0.1:7000", tolerance: 17s}
      - subscriptions: {listen: "127.0.0.1:7001", balance: lrc}
END
my ($status, $out, $err) = $c->run('-t');
is($status, 0, 'a server in a route') or diag($err);
like("$out$err", qr/1 service, 0 backends, 2 subscription servers/, '... counts');

($status, $out) = $c->run('-T');
is($status, 0, '-T');
like($out, qr/^  sites:.*\n(?:    .*\n)*?    tolerance: 17s/m, 'it is called as the service');
like($out, qr/^  sites-subscriptions-2:/m, '... and a second one as its route, too');
like($out, qr/subscriptions: "?sites"?\b/, 'the route has the name');
$c->write('heddle.yaml', $out);
($status, undef, $err) = $c->run('-t');
is($status, 0, 'what -T prints is read') or diag($err);

for my $case (
	['{listen: "127.0.0.1:7000", tolerence: 17s}', qr/tolerence.*tolerance/s, 'a misspelt setting'],
	['{tolerance: 17s}', qr/no listen/, 'no address'],
	['{listen: "127.0.0.1:3017/tcp"}', qr/error/, 'a wrong address'],
	['nobody', qr/there is no subscription server nobody/, 'a name of none'],
	['[apps]', qr/error/, 'a list'])
{
	my ($value, $message, $what) = @$case;
	$c->write('heddle.yaml', <<"END");
pid_file: off
services:
  sites:
    protocol: uwsgi
    listen: "127.0.0.1:3017"
    routes: [{subscriptions: $value}]
END
	($status, undef, $err) = $c->run('-t');
	isnt($status, 0, $what);
	like($err, $message, "$what is told");
}
done_testing();
