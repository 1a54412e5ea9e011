#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# An example is copied before anything else is read: each one of the manual and of conf/examples
# passes -t --strict.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Configure;

my $root = Heddle::root();
my %examples = map { s{.*/}{}r => Heddle::read_file($_) } glob "$root/conf/examples/*.yaml";
my $page = Heddle::read_file("$root/man/heddle.yaml.5");
my $count = 0;
while ($page =~ /^\.Bd [^\n]*\n(.*?)^\.Ed$/msg) {
	my $example = $1;
	$examples{"heddle.yaml(5), " . ++$count} = $example if $example =~ /^\w+:/;
}
cmp_ok($count, '>=', 3, 'the manual has examples');
cmp_ok(scalar keys %examples, '>=', 8, '... and conf/examples');
for my $name (sort keys %examples) {
	my $yaml = $examples{$name};
	my $c = Heddle::Configure->new(
		'conf.d/a.yaml' => qq(services: {a: {listen: ":1080", backends: ["127.0.0.1:1081"]}}\n));
	# folders that make install or systemd makes
	$yaml =~ s{/var/(?:log|lib)/heddle}{$c->{dir}};
	# a mapping file beside it
	$c->write($_, Heddle::read_file("$root/conf/examples/$_")) for $yaml =~ /^ +file: (\w+\.map)$/mg;
	# scripts lie beside them
	my @scripts = map { s{.*/}{scripts/}r } glob "$root/conf/examples/scripts/*";
	$c->write($_, Heddle::read_file("$root/conf/examples/$_")) for @scripts;
	next if $yaml =~ /script:/ && !-e Heddle::binary() =~ s/heddle$/heddle-python.so/r;
	$c->write('heddle.yaml', $yaml);
	my ($status, $out, $err) = $c->run('-t', '--strict');
	is($status, 0, $name) or diag("$out$err");
}
done_testing();
