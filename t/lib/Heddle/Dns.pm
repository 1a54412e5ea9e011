# SPDX-License-Identifier: BSD-2-Clause
# A DNS server that answers from a list, or lies. For a real one see Heddle::Knot.
#
#   my $dns = dns('app.test' => ['60 A 10.0.0.1', '60 AAAA ::1'],
#   	'_app._tcp.test' => ['5 SRV 0 1 80 app.test']);
#   $dns->zone('app.test' => ['1 A 10.0.0.2']);	# all there is from now on
#   $dns->mode('servfail');	# or: $dns->mode(servfail => 'app.test')
#   is($dns->questions('app.test'), 2);	# A and AAAA
#   $dns->stop; $dns->start;
#
# Modes: truth, silent, servfail, refused, truncated (the answer comes over TCP alone), wrong_id,
# wrong_port, wrong_question, garbage, loop (a name that points at itself), long (a name of 300
# bytes), many=N (N addresses for every name), many6=N.
package Heddle::Dns;

use strict;
use warnings;
use Exporter qw(import);
use File::Temp;
use IO::Select;
use IO::Socket::INET;
use Socket qw(inet_pton AF_INET AF_INET6);

use Heddle;
use Heddle::Child qw(spawn end_child until_true);
use Heddle::Port qw(free_port);

our @EXPORT_OK = qw(dns);

my %types = (A => 1, CNAME => 5, AAAA => 28, SRV => 33);

sub dns {
	my (%zone) = @_;
	my $keep = File::Temp->newdir('heddle-dns-XXXXXX', TMPDIR => 1);
	my $self = bless { keep => $keep, dir => "$keep", owner => $$, port => free_port() },
		__PACKAGE__;
	Heddle::write_file("$self->{dir}/questions", '');
	$self->mode('truth')->zone(%zone);
	return $self->start;
}

# A rename: the server never reads half a file.
sub put {
	my ($self, $name, $text) = @_;
	Heddle::write_file("$self->{dir}/$name.new", $text);
	rename "$self->{dir}/$name.new", "$self->{dir}/$name" or die "$name: $!";
	return $self;
}

sub zone {
	my ($self, %zone) = @_;
	my $text = '';
	for my $name (sort keys %zone) {
		$text .= "$name $_\n" for @{ $zone{$name} };
	}
	return $self->put('zone', $text);
}

sub mode { my ($self, $mode, $name) = @_; return $self->put('mode', "$mode " . ($name // '')) }

sub address { return "127.0.0.1:$_[0]{port}" }
sub port { return $_[0]{port} }

# How many questions there were, about one name or all; of one type.
sub questions {
	my ($self, $name, $type) = @_;
	return scalar grep { my ($n, $t) = split / /; (!defined $name || $n eq $name)
		&& (!defined $type || $t == $types{$type}) }
		split /\n/, Heddle::read_file("$self->{dir}/questions");
}

sub wait_questions {
	my ($self, $count, @what) = @_;
	return until_true(sub { $self->questions(@what) >= $count }, 20);
}

sub start {
	my ($self) = @_;
	my $udp = IO::Socket::INET->new(LocalAddr => $self->address, Proto => 'udp')
		or die "@{[$self->address]}: $!";
	my $tcp = IO::Socket::INET->new(LocalAddr => $self->address, Proto => 'tcp', Listen => 64,
		ReuseAddr => 1) or die "@{[$self->address]}: $!";
	$self->{pid} = spawn(sub { $self->serve($udp, $tcp) }, $udp, $tcp);
	return $self;
}

sub stop { my ($self) = @_; return end_child(delete $self->{pid}, 'KILL') }

sub DESTROY {
	my ($self) = @_;
	local ($?, $!, $@);
	end_child($self->{pid}, 'KILL') if $self->{pid} && $$ == $self->{owner};
}

sub packed_name {
	my ($name) = @_;
	return join('', map { pack 'C/a*', $_ } split /\./, $name eq '.' ? '' : $name) . "\0";
}

# "10.0.0.1", "::1", "0 1 80 host": the data of a record.
sub packed_data {
	my ($type, $text) = @_;
	return inet_pton($type eq 'A' ? AF_INET : AF_INET6, $text) if $type =~ /^A/;
	return packed_name($text) if $type eq 'CNAME';
	my ($priority, $weight, $port, $host) = split ' ', $text;
	return pack('n3', $priority, $weight, $port) . packed_name($host);
}

# name => [[type, ttl, data]...]
sub read_zone {
	my ($self) = @_;
	my %zone;
	for (split /\n/, Heddle::read_file("$self->{dir}/zone")) {
		my ($name, $ttl, $type, $data) = /^(\S+) (\d+) (\w+) (.*)/ or die "zone: $_";
		push @{ $zone{ lc $name } }, [$type, $ttl, packed_data($type, $data)];
	}
	return \%zone;
}

sub record { my ($name, $type, $ttl, $data) = @_;
	return $name . pack('nnNn/a*', $types{$type}, 1, $ttl, $data) }

# The records for a question; undef: there is no such name.
sub records {
	my ($self, $name, $number, $mode) = @_;
	my $many = $number == 1 && $mode =~ /^many=(\d+)/ ? $1 : 0;
	my $six = $number == 28 && $mode =~ /^many6=(\d+)/ ? $1 : 0;
	return [(map { record("\xc0\x0c", 'A', 1, pack 'N', 0x0a000000 + $_) } 1 .. $many),
		map { record("\xc0\x0c", 'AAAA', 1, "\xfd" . "\0" x 11 . pack 'N', $_) } 1 .. $six]
		if $mode =~ /^many/;
	my ($zone, $owner, @all) = ($self->read_zone, "\xc0\x0c");
	for (1 .. 8) {
		my $here = $zone->{$name} // return @all ? \@all : undef;
		push @all, map { record($owner, @$_) } grep { $types{ $_->[0] } == $number } @$here;
		my ($alias) = grep { $_->[0] eq 'CNAME' } @$here or return \@all;
		push @all, record($owner, @$alias);
		$owner = $alias->[2];
		$name = join '.', unpack '(C/a*)*', $owner =~ s/\0$//r;
	}
	return \@all;
}

# undef: no answer. `m` is the question.
sub answer {
	my ($self, $m, $tcp) = @_;
	my ($id) = unpack 'n', $m;
	my ($labels, $number) = substr($m, 12) =~ /^(.*?)\0(..)/s or return undef;
	my $name = lc join '.', unpack '(C/a*)*', $labels;
	$number = unpack 'n', $number;
	open my $log, '>>', "$self->{dir}/questions" or die "questions: $!";
	syswrite $log, "$name $number\n";
	my ($mode, $only) = split ' ', Heddle::read_file("$self->{dir}/mode");
	$mode = 'truth' if length($only // '') && $only ne $name;
	return undef if $mode eq 'silent';
	my $records = $self->records($name, $number, $mode);
	my $rcode = $mode eq 'servfail' ? 2 : $mode eq 'refused' ? 5 : defined $records ? 0 : 3;
	my ($flags, @list) = (0x8180, $rcode ? () : @$records);
	my $cut = !$tcp && ($mode eq 'truncated' || length(join '', @list) > 1200);
	($flags, @list) = ($flags | 0x0200) if $cut;
	my $question = substr $m, 12, length($labels) + 5;
	@list = record(pack('n', 0xc000 | 12 + length $question), 'A', 60, "\x0a\0\0\1")
		if $mode eq 'loop';
	@list = record((chr(60) . 'x' x 60) x 5 . "\0", 'A', 60, "\x0a\0\0\1") if $mode eq 'long';
	$rcode = 0 if $mode =~ /^(?:loop|long)$/;
	$id ^= 1 if $mode eq 'wrong_id';
	substr($question, 1, 1) ^= "\1" if $mode eq 'wrong_question';
	my $rest = $question . join '', @list;
	$rest = "\xc0" x length $rest if $mode eq 'garbage';
	return pack('n6', $id, $flags | $rcode, 1, scalar @list, 0, 0) . $rest;
}

sub serve_udp {
	my ($self, $udp) = @_;
	my $from = recv $udp, my $m, 4096, 0 or return;
	my $answer = $self->answer($m, 0) // return;
	my ($mode) = split ' ', Heddle::read_file("$self->{dir}/mode");
	my $out = $mode eq 'wrong_port' ? IO::Socket::INET->new(LocalAddr => '127.0.0.1', Proto => 'udp')
		: $udp;
	send $out, $answer, 0, $from;
}

# false: the client has gone.
sub serve_tcp {
	my ($self, $conn, $buffer) = @_;
	sysread $conn, $$buffer, 65536, length $$buffer or return 0;
	while (length $$buffer > 2 && length $$buffer >= 2 + unpack 'n', $$buffer) {
		my $m = substr $$buffer, 2, unpack 'n', $$buffer;
		substr($$buffer, 0, 2 + length $m) = '';
		my $answer = $self->answer($m, 1) // next;
		my $out = pack 'n/a*', $answer;
		while (length $out) {
			my $n = syswrite $conn, $out or return 0;
			substr $out, 0, $n, '';
		}
	}
	return 1;
}

sub serve {
	my ($self, $udp, $tcp) = @_;
	my $parent = getppid;
	my $select = IO::Select->new($udp, $tcp);
	my %buffer;
	$SIG{PIPE} = 'IGNORE';
	while (getppid == $parent) {
		for my $ready ($select->can_read(1)) {
			if ($ready == $udp) {
				$self->serve_udp($udp);
			} elsif ($ready == $tcp) {
				my $conn = $tcp->accept or next;
				$select->add($conn);
				$buffer{$conn} = '';
			} elsif (!$self->serve_tcp($ready, \$buffer{$ready})) {
				$select->remove($ready);
				delete $buffer{$ready};
			}
		}
	}
}

1;
