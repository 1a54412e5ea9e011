# SPDX-License-Identifier: BSD-2-Clause
# A real authoritative server: knot (Debian's package) on a port of 127.0.0.1, with zones that a
# test changes.
#
#   my $knot = knot('site.test' => "www 60 A 10.0.0.1\n");
#   $knot->zone('site.test', "www 60 A 10.0.0.2\n");	# in force when it returns
#   $knot->fail('site.test');	# SERVFAIL, until the zone is set again
#   $knot->pause; $knot->resume; $knot->stop; $knot->start;
package Heddle::Knot;

use strict;
use warnings;
use Exporter qw(import);
use File::Temp;

use Heddle;
use Heddle::Child qw(launch end_child reap until_true);
use Heddle::Port qw(free_port);

our @EXPORT_OK = qw(knot knot_missing);

sub program { return (grep { -x } map { "$_/$_[0]" } qw(/usr/sbin /usr/local/sbin))[0] }
sub knot_missing { return program('knotd') && program('knotc') ? '' : 'knot is not installed' }

# Zones by name. Names in their records are relative to the zone; it has a SOA and an NS record.
# Behind them {port => N}.
sub knot {
	my %o = @_ % 2 ? %{ pop() } : ();
	my (%zones) = @_;
	my $keep = File::Temp->newdir('heddle-knot-XXXXXX', TMPDIR => 1);
	my $self = bless { keep => $keep, dir => "$keep", owner => $$, port => $o{port} // free_port(),
		serial => 1, zones => [sort keys %zones] }, __PACKAGE__;
	$self->write_zone($_, $zones{$_}) for keys %zones;
	$self->configure;
	return $self->start;
}

sub configure {
	my ($self) = @_;
	my $dir = $self->{dir};
	my $zones = join '', map { "  - domain: $_\n    file: $dir/$_.zone\n" } @{ $self->{zones} };
	Heddle::write_file("$dir/knot.conf", <<"END");
server:
    listen: 127.0.0.1\@$self->{port}
    rundir: $dir
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
control:
    listen: $dir/knot.sock
database:
    storage: $dir/database
log:
  - target: stderr
    any: info
template:
  - id: default
    journal-content: none
    zonefile-load: whole
    zonefile-sync: -1
    semantic-checks: off
zone:
$zones
END
}

sub write_zone {
	my ($self, $zone, $records) = @_;
	my $serial = $self->{serial}++;
	Heddle::write_file("$self->{dir}/$zone.zone",
		"\$ORIGIN $zone.\n\@ 1 SOA ns root $serial 60 60 3600 1\n\@ 1 NS ns\nns 1 A 127.0.0.1\n$records");
}

# knotc's exit status; it waits until what was asked for is done.
sub control {
	my ($self, @words) = @_;
	my $out = "$self->{dir}/control.out";
	my $pid = launch({ out => $out, err => $out }, program('knotc'), '-b', '-s',
		"$self->{dir}/knot.sock", @words);
	my $status = reap($pid, 20) // -1;
	end_child($pid, 'KILL');
	return $status >> 8;
}

sub start {
	my ($self) = @_;
	my $out = "$self->{dir}/output";
	$self->{pid} = launch({ out => $out, err => $out }, program('knotd'), '-c',
		"$self->{dir}/knot.conf");
	until_true(sub { defined reap($self->{pid}) || $self->control('status') == 0 }, 20)
		&& !defined reap($self->{pid}) && $self->control('zone-reload') == 0
		or die 'knot did not start: ', $self->output, "\n";
	return $self;
}

# Other records, in force when it returns.
sub zone {
	my ($self, $zone, $records) = @_;
	$self->write_zone($zone, $records);
	$self->control('zone-reload', $zone) == 0
		or die "knot does not load $zone: ", $self->output, "\n";
	return $self;
}

# SERVFAIL for all names of a zone, until it is set again.
sub fail {
	my ($self, $zone) = @_;
	unlink "$self->{dir}/$zone.zone";
	$self->control('-f', 'zone-purge', $zone) == 0
		or die "knot does not drop $zone: ", $self->output, "\n";
	return $self;
}

sub address { return "127.0.0.1:$_[0]{port}" }
sub port { return $_[0]{port} }
sub pid { return $_[0]{pid} }
sub output { return Heddle::read_file("$_[0]{dir}/output") }

# Silence. kill() returns before all threads stand still.
sub pause {
	my ($self) = @_;
	kill 'STOP', $self->{pid};
	return until_true(sub {
		!grep { (Heddle::read_file("$_/stat") // '') !~ /\) T / } glob "/proc/$self->{pid}/task/*"
	}, 10);
}

sub resume { return kill 'CONT', $_[0]{pid} }
sub stop { my ($self) = @_; return end_child($self->{pid}, 'TERM', 10) }	# refused

sub DESTROY {
	my ($self) = @_;
	local ($?, $!, $@);
	end_child($self->{pid}, 'KILL') if $self->{pid} && $$ == $self->{owner};
}

1;
