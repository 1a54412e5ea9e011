#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# What docs/*.md show can be used as it stands there: each configuration passes -t --strict, and so does
# each setting in the column "heddle.yaml" of the guides that lead from other programs.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Configure;
use File::Basename qw(basename);

my $root = Heddle::root();
my $manual = Heddle::read_file("$root/man/heddle.yaml.5");
my %word = map { $_ => 1 } $manual =~ /^\.It Ic (\w+)/mg;

# The configuration in a folder of its own, which takes the place of those that make install makes.
sub says {
	my ($yaml, @options) = @_;
	my $c = Heddle::Configure->new('conf.d/a.yaml' => "x-nothing: here\n");
	mkdir "$c->{dir}/keys";
	Heddle::write_file("$c->{dir}/tokens", 'ops write sha256:' . '0' x 64 . "\n");
	chmod 0600, "$c->{dir}/tokens";
	$yaml =~ s{/var/(?:log|lib)/heddle|/etc/heddle}{$c->{dir}}g;
	$yaml =~ s{/etc/uwsgi/keys}{$c->{dir}/keys}g;
	$c->write('heddle.yaml', $yaml);
	my ($status, $out, $err) = $c->run('-t', @options);
	return $status ? "$out$err" : '';
}

for my $path (sort glob "$root/docs/*.md") {
	my $page = basename($path);
	my $text = Heddle::read_file($path);
	my $count = 0;
	while ($text =~ /^```yaml\n(.*?)^```$/msg) {
		my $yaml = $1;
		my $why = says($yaml, '--strict');
		is($why, '', "$page, configuration " . ++$count . ' passes -t --strict') or diag($yaml);
	}
	ok($count, "$page has a configuration") if $page =~ /^(?:from-(?!shuttle)|cookbook)/;
}

# A service with these lines; listen, backends and check are there anyway.
sub service {
	my ($setting) = @_;
	my %own = map { $_ => 1 } $setting =~ /(?:^|, )(\w+):/g;
	my @lines = ($own{listen} ? () : 'listen: ":80"', $own{backends} ? () : 'backends: ["10.0.0.1:80"]',
		$own{check} || $own{passive} || $own{protocol} ? () : 'check: tcp', $setting);
	return 'services: {web: {' . join(', ', @lines) . "}}\n";
}

# Whether a setting is one of the top level, a service, a backend, a listener, a route, a subscription
# server or the API; the places are tried in turn.
sub usable {
	my ($setting) = @_;
	return $word{$setting} if $setting =~ /^\w+$/;
	my @places = (service($setting));
	push @places, "$setting\n" . service('nodelay: on') if $setting =~ /^\w/;
	my $inside = $setting =~ s/^\{(.*)\}$/$1/r;
	for my $address ('', 'address: "10.0.0.1:80", ') {
		push @places, service("backends: [{$address$inside}, \"10.0.0.2:80\"]"),
			service("listen: {$address$inside}"), "admin: {$inside}\n" . service('nodelay: on'),
			service("keepalive: {$inside}");
	}
	if ($setting =~ /^\w/) {
		push @places, "subscriptions: {apps: {listen: \":7000\", $setting}}\n" . service('nodelay: on'),
			"services: {web: {protocol: uwsgi, listen: \":80\", routes: [{nodes: [\"10.0.0.1:80\"], $setting}]}}\n",
			"services: {web: {protocol: uwsgi, listen: \":80\", routes: [{nodes: [\"10.0.0.1:80\"]}], $setting}}\n";
	}
	says($_) eq '' and return 1 for @places;
	return 0;
}

my $tested = 0;
# (from-shuttle.md has figures in that column, too.)
for my $page (grep { !/shuttle/ } map { basename($_) } sort glob "$root/docs/from-*.md") {
	my ($column, %done);
	for my $line (split /\n/, Heddle::read_file("$root/docs/$page")) {
		my @cells = map { s/^ +| +$//gr } split /(?<!\\)\|/, $line;
		undef $column if $line !~ /^\|/;
		next if $line !~ /^\|/;
		($column) = grep { $cells[$_] =~ /^(?:in )?`?heddle\.yaml`?$/ } 0 .. $#cells if !defined $column;
		next if !defined $column;
		for my $setting (($cells[$column] // '') =~ /`([^`]+)`/g) {
			next if $setting !~ /^(?:\w+$|\w+: |\{)/ || $setting =~ /\.\.\.|\b(?:N|NAME|ADDR)\b/ || $done{$setting}++;
			ok(usable($setting), "$page: $setting");
			$tested++;
		}
	}
}
cmp_ok($tested, '>', 10, "$tested settings");
done_testing();
