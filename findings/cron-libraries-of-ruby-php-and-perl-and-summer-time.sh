#!/usr/bin/env bash
# Packages: ruby-fugit 1.5.2 (the cron of rufus-scheduler, sidekiq-cron and GoodJob),
# php-dragonmantank-cron-expression 3.3.1 (the cron of Laravel) and libdatetime-event-cron-perl 0.09
# of Debian 12.
#
# Guess, written down first: "30 2 * * *" in Europe/Berlin runs once on each day, also on 2027-03-28
# that has no 02:30, and on 2027-10-31 that has two; "30 * * * *" runs each hour.
#
# Seen: in spring fugit and the one of Perl leave the day out; PHP's runs at 03:30. In autumn PHP's
# runs twice. The hourly job of fugit and of Perl rests two hours in autumn: each takes only one of
# the two 02:30, and not the same one. fugit's previous_time knows both, so a scheduler that asks
# "did I miss one?" finds one that next_time never gave.
# Remedy: UTC for what has to run each hour or each day.
#
# Exits 0 while that is so, 1 when it has changed, 2 where it could not be tried.
. "$(dirname "$(readlink -f "$0")")/common.sh"

debian ruby-fugit=1.5.2-1 ruby3.1 php-dragonmantank-cron-expression=3.3.1-2 php8.2-cli \
  libdatetime-event-cron-perl=0.09-2
cat >times.rb <<'RUBY'
require "fugit"
[["2027-03-27 12:00", "30 2 * * *", 1], ["2027-10-30 12:00", "30 2 * * *", 2],
 ["2027-10-31 01:00", "30 * * * *", 3]].each do |start, cron, count|
  time = EtOrbi.parse("#{start} Europe/Berlin")
  times = count.times.map { time = Fugit.parse("#{cron} Europe/Berlin").next_time(time) }
  puts "fugit: " + times.map { |each| each.strftime("%d %H:%M%z") }.join(", ")
end
time = EtOrbi.parse("2027-10-31 03:00 Europe/Berlin")
times = 2.times.map { time = Fugit.parse("30 2 * * * Europe/Berlin").previous_time(time) }
puts "fugit, back: " + times.map { |each| each.strftime("%d %H:%M%z") }.join(", ")
RUBY
cat >times.php <<'PHP'
<?php
error_reporting(0);
spl_autoload_register(fn($name) =>
  require "root/usr/share/php/" . str_replace("\\", "/", $name) . ".php");
$zone = "Europe/Berlin";
foreach ([["2027-03-27 12:00", "30 2 * * *", 1], ["2027-10-30 12:00", "30 2 * * *", 2],
          ["2027-10-31 01:00", "30 * * * *", 3]] as [$start, $cron, $count]) {
  $time = new DateTime($start, new DateTimeZone($zone));
  $times = [];
  for ($i = 0; $i < $count; $i++) {
    $time = (new Cron\CronExpression($cron))->getNextRunDate($time, 0, false, $zone);
    $times[] = $time->format("d H:iO");
  }
  echo "php: ", implode(", ", $times), "\n";
}
PHP
cat >times.pl <<'PERL'
use DateTime;
use DateTime::Event::Cron;
for (["3", "27", "12", "30 2 * * *", 1], ["10", "30", "12", "30 2 * * *", 2],
     ["10", "31", "1", "30 * * * *", 3]) {
  my ($month, $day, $hour, $cron, $count) = @$_;
  my $time = DateTime->new(year => 2027, month => $month, day => $day, hour => $hour,
                           time_zone => "Europe/Berlin");
  my @times = map { $time = DateTime::Event::Cron->new($cron)->next($time);
                    $time->strftime("%d %H:%M%z") } 1 .. $count;
  print "perl: ", join(", ", @times), "\n";
}
PERL
libraries=$(find root/usr/share/rubygems-integration -type d -name lib | paste -sd:)
libraries+=:$(find root/usr/share/rubygems-integration -type d -name concurrent-ruby | paste -sd:)
arch=root/usr/lib/x86_64-linux-gnu
RUBYLIB=root/usr/lib/ruby/vendor_ruby:root/usr/lib/ruby/3.1.0:$arch/ruby/3.1.0:$libraries \
  ruby3.1 times.rb 2>ruby.log | tee seen || untried "$(tail -n 1 ruby.log)"
php8.2 -n times.php | tee -a seen
PERL5LIB=root/usr/share/perl5:$arch/perl5/5.36 perl times.pl | tee -a seen
diff seen - <<'TEXT'
fugit: 29 02:30+0200
fugit: 31 02:30+0200, 01 02:30+0100
fugit: 31 01:30+0200, 31 02:30+0200, 31 03:30+0100
fugit, back: 31 02:30+0100, 31 02:30+0200
php: 28 03:30+0200
php: 31 02:30+0200, 31 02:30+0100
php: 31 01:30+0200, 31 02:30+0200, 31 02:30+0100
perl: 29 02:30+0200
perl: 31 02:30+0200, 01 02:30+0100
perl: 31 01:30+0200, 31 02:30+0100, 31 03:30+0100
TEXT
