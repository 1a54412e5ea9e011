# SPDX-License-Identifier: BSD-2-Clause
# Mode and owner of a unix socket follow the configuration, also back to what they are without one.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Datagrams qw(sink);

plan(skip_all => 'only root gives files away') if $> != 0;
plan(skip_all => 'no user and group daemon') if !defined getpwnam 'daemon' || !defined getgrnam 'daemon';
my ($one, $sink) = (backend('named', name => 'one'), sink());
my $h = heddle('', prepare => 1);
my @paths = map { $h->dir . "/$_.sock" } qw(stream datagram);
my $shown = sub { return join ' ', map { my @s = stat; sprintf '%o:%d:%d', $s[2] & 07777, @s[4, 5] } @paths };
my ($user, $group) = (scalar getpwnam('daemon'), scalar getgrnam('daemon'));
for ([', mode: 0640', "640:0:0"], [', mode: 0640, user: daemon', "640:$user:0"],
	[', mode: 0660, user: daemon, group: daemon', "660:$user:$group"],
	[', mode: 0660, group: daemon', "660:0:$group"], [', mode: 0666', '666:0:0']) {
	my ($options, $wanted) = @$_;
	is(($h->reload(<<"YAML"))[0], 0, "a reload$options");
services: {web: {listen: [{address: "$paths[0]"$options}], backends: ["${\$one->address}"]}}
fanouts: {f: {listen: [{address: "$paths[1]"$options}], targets: ["${\$sink->address}"]}}
YAML
	is($shown->(), "$wanted $wanted", '... and so they are');
}
$h->finish;
done_testing();
