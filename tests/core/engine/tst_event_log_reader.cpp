// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QTest>

#include "core/engine/event_log_reader.h"
#include "core/learn/train_event.h"

#include <fstream>

using namespace continuo;
namespace fs = std::filesystem;

namespace {

std::string stepLine(std::uint64_t seq)
{
    return toJson(TrainEvent{seq, static_cast<std::int64_t>(seq), 0.5, 1.0, TrainStep{1.5, 0.5, 0.001, 1, 100}});
}

} // namespace

class TestEventLogReader final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void linesComeAsTheyAreWritten();
    void damagedLinesAreLeftOut();
    void aLogThatIsNotThereHasNoLines();
};

void TestEventLogReader::linesComeAsTheyAreWritten()
{
    const QTemporaryDir folder;
    const fs::path path = fs::path(folder.path().toStdString()) / "log.jsonl";
    std::ofstream file(path);
    file << std::flush;
    EventLogReader reader(path);
    QVERIFY(!reader.next());
    const std::string first = stepLine(1);
    file << first.substr(0, 10) << std::flush;
    QVERIFY(!reader.next());
    file << first.substr(10) << "\n" << stepLine(2) << "\n" << std::flush;
    const auto line = reader.next();
    QVERIFY(line);
    QCOMPARE(line->seq, std::uint64_t{1});
    QCOMPARE(line->text, first);
    QCOMPARE(reader.next()->seq, std::uint64_t{2});
    QVERIFY(!reader.next());
    for (std::uint64_t seq = 3; seq < 2000; ++seq)
        file << stepLine(seq) << "\n";
    file << std::flush;
    for (std::uint64_t seq = 3; seq < 2000; ++seq)
        QCOMPARE(reader.next()->seq, seq);
    QVERIFY(!reader.next());
}

void TestEventLogReader::damagedLinesAreLeftOut()
{
    const QTemporaryDir folder;
    const fs::path path = fs::path(folder.path().toStdString()) / "log.jsonl";
    std::ofstream(path) << stepLine(1) << "\n{\"seq\": 2, \"ev\n\n" << std::string(100, '\0') << "\n"
                        << std::string(3 << 20, 'x') << "\n" << stepLine(4) << "\n" << stepLine(5).substr(0, 20);
    EventLogReader reader(path);
    QCOMPARE(reader.next()->seq, std::uint64_t{1});
    QCOMPARE(reader.next()->seq, std::uint64_t{4});
    QVERIFY(!reader.next());
}

void TestEventLogReader::aLogThatIsNotThereHasNoLines()
{
    EventLogReader reader("/nowhere/log.jsonl");
    QVERIFY(!reader.next());
}

QTEST_APPLESS_MAIN(TestEventLogReader)
#include "tst_event_log_reader.moc"
