// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "core/base/random.h"
#include "core/midi/read_midi.h"
#include "core/midi/write_midi.h"
#include "tests/core/midi/midi_bytes.h"
#include "tests/cpu_time.h"

#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <new>

using namespace continuo;
using namespace continuo::test;
using namespace continuo::tests;

namespace {

std::atomic<std::int64_t> allocatedBytes{0};
std::atomic<std::int64_t> peakBytes{0};

void* counted(void* block)
{
    if (!block)
        throw std::bad_alloc();
    const std::int64_t now = allocatedBytes += static_cast<std::int64_t>(malloc_usable_size(block));
    std::int64_t peak = peakBytes;
    while (now > peak && !peakBytes.compare_exchange_weak(peak, now)) {
    }
    return block;
}

void release(void* block)
{
    if (block)
        allocatedBytes -= static_cast<std::int64_t>(malloc_usable_size(block));
    std::free(block);
}

} // namespace

// Every allocation of this program is counted, so that the memory a file costs is known to the byte.
void* operator new(std::size_t size)
{
    return counted(std::malloc(size));
}
void* operator new[](std::size_t size)
{
    return counted(std::malloc(size));
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept
{
    void* const block = std::malloc(size);
    return block ? counted(block) : nullptr;
}
void operator delete(void* block, const std::nothrow_t&) noexcept
{
    release(block);
}
void operator delete(void* block) noexcept
{
    release(block);
}
void operator delete[](void* block) noexcept
{
    release(block);
}
void operator delete(void* block, std::size_t) noexcept
{
    release(block);
}
void operator delete[](void* block, std::size_t) noexcept
{
    release(block);
}

namespace {

constexpr std::size_t kHostileSize = 10'000'000;

/// One track of about ten million bytes that repeats `text`.
FileBytes repeated(std::string_view start, std::string_view text)
{
    const FileBytes piece = fileBytes(text);
    FileBytes contents = fileBytes(start);
    contents.reserve(kHostileSize + 64);
    while (contents.size() < kHostileSize)
        contents.insert(contents.end(), piece.begin(), piece.end());
    return header(0, 1, 96) + chunk("MTrk", contents);
}

FileBytes repeatedChunks(const FileBytes& piece)
{
    FileBytes bytes = header(1, 65'535, 96);
    while (bytes.size() < kHostileSize)
        bytes.insert(bytes.end(), piece.begin(), piece.end());
    return bytes;
}

FileBytes randomBytes(std::size_t count)
{
    const CounterRandom random(5, CounterRandom::Domain::Test);
    FileBytes bytes(count);
    for (std::size_t i = 0; i < count; ++i)
        bytes[i] = static_cast<std::uint8_t>(random.bits(static_cast<std::uint32_t>(i)));
    return bytes;
}

/// A small file with a bit of everything.
FileBytes everything()
{
    return header(1, 2, 96) +
           chunk("MTrk", fileBytes("00 ff 03 02 68 69 00 ff 51 03 07 a1 20 00 ff 58 04 06 03 24 08 00 ff 59 02 ff 01 "
                                   "00 f0 05 7e 7f 09 01 f7 83 60 ff 06 01 41 00 ff 2f 00")) +
           chunk("MTrk", fileBytes("00 c0 05 00 b0 07 64 00 90 3c 50 00 40 51 30 3c 00 00 3e 52 81 40 40 00 00 80 3e 21 "
                                   "00 e0 00 40 10 90 3c 50 00 3c 51 10 3c 00 10 3c 00 10 a0 3c 22 00 d0 11 00 ff 05 03 6c 61 20 "
                                   "00 90 45 30 10 45 00 00 ff 2f 00"));
}

} // namespace

class TestMidiHostile final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void memoryAndTimeAreBounded_data();
    void memoryAndTimeAreBounded();
    void everyCutIsReadOrRefused();
    void mutatedBytesAreReadOrRefusedAndComeBackTheSame();
};

void TestMidiHostile::memoryAndTimeAreBounded_data()
{
    QTest::addColumn<FileBytes>("bytes");
    QTest::newRow("empty meta events") << repeated("", "00 ff 01 00");
    QTest::newRow("meta events of one byte") << repeated("", "00 ff 01 01 41");
    QTest::newRow("system exclusive of one byte") << repeated("", "00 f0 01 f7");
    QTest::newRow("programs, running status") << repeated("00 c0 01", "00 01");
    QTest::newRow("controllers, running status") << repeated("00 b0 01 01", "00 01 01");
    QTest::newRow("notes that never end") << repeated("00 90 01 01", "00 01 01");
    QTest::newRow("notes") << repeated("00 90 01 01", "00 01 00 00 01 01");
    QTest::newRow("note-offs of no note") << repeated("00 80 01 01", "00 01 01");
    QTest::newRow("notes, then offs of no note") << repeated("00 90 01 01", "00 01 00 00 01 00 00 01 00 00 01 01");
    QTest::newRow("a text as long as the file") << header(0, 1, 96) + chunk("MTrk", fileBytes("00 ff 01 84 e1 db 00") +
                                                                                         FileBytes(kHostileSize, 65));
    QTest::newRow("empty tracks") << repeatedChunks(chunk("MTrk", {}));
    QTest::newRow("tracks of one note that never ends") << repeatedChunks(chunk("MTrk", fileBytes("00 90 3c 01")));
    QTest::newRow("tracks broken at once") << repeatedChunks(chunk("MTrk", fileBytes("00 01")));
    QTest::newRow("other chunks") << repeatedChunks(chunk("abcd", {}));
    QTest::newRow("stray bytes between tracks") << repeatedChunks(fileBytes("01 MTrk 00 00 00 00 02 02"));
    QTest::newRow("beginnings of the tag of a track") << header(1, 1, 96) + FileBytes(kHostileSize, 'M');
    QTest::newRow("zeros") << FileBytes(kHostileSize, 0);
    QTest::newRow("random bytes") << randomBytes(kHostileSize);
    QTest::newRow("random bytes in a track") << header(0, 1, 96) + chunk("MTrk", randomBytes(kHostileSize));
    QTest::newRow("a number that never ends") << header(0, 1, 96) + chunk("MTrk", FileBytes(kHostileSize, 0xff));
}

void TestMidiHostile::memoryAndTimeAreBounded()
{
    QFETCH(FileBytes, bytes);
    const std::int64_t before = allocatedBytes;
    peakBytes = before;
    const double begun = threadCpuSeconds();
    {
        const auto reading = readMidi(bytes, "hostile.mid");
        QVERIFY(reading || reading.error().kind == ErrorKind::Refused);
    }
    const double seconds = threadCpuSeconds() - begun;
    const std::int64_t cost = peakBytes - before;
    QVERIFY2(cost <= 1'000'000 + 16 * std::ssize(bytes), std::to_string(cost).c_str());
    QCOMPARE(allocatedBytes.load(), before);
    // A bound that only endless work breaks; how fast the reader is stands in the benchmarks.
    QVERIFY2(seconds < 20, std::to_string(seconds).c_str());
}

void TestMidiHostile::everyCutIsReadOrRefused()
{
    const FileBytes whole = everything();
    QVERIFY(readMidi(whole, "whole.mid")->remarks.empty());
    for (std::size_t size = 0; size < whole.size(); ++size) {
        // A block of exactly this size, so that a sanitizer sees one byte too many.
        const FileBytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
        const auto reading = readMidi(cut, "cut.mid");
        QVERIFY(reading ? !reading->remarks.empty() : reading.error().kind == ErrorKind::Refused);
    }
}

void TestMidiHostile::mutatedBytesAreReadOrRefusedAndComeBackTheSame()
{
    const char* const wish = std::getenv("CONTINUO_FUZZ_ROUNDS");
    const auto rounds = static_cast<std::uint32_t>(wish ? std::strtoul(wish, nullptr, 10) : 20'000);
    const CounterRandom random(1, CounterRandom::Domain::Test);
    const FileBytes whole = everything();
    std::uint32_t readable = 0;
    for (std::uint32_t round = 0; round < rounds; ++round) {
        FileBytes bytes = whole;
        const std::uint64_t changes = 1 + random.below(6, round, 0);
        for (std::uint32_t change = 1; change <= changes && !bytes.empty(); ++change) {
            const auto at = static_cast<std::ptrdiff_t>(random.below(bytes.size(), round, change, 0));
            const auto value = static_cast<std::uint8_t>(random.bits(round, change, 1));
            switch (random.below(4, round, change, 2)) {
            case 0: bytes[static_cast<std::size_t>(at)] = value; break;
            case 1: bytes[static_cast<std::size_t>(at)] ^= static_cast<std::uint8_t>(1U << (value & 7U)); break;
            case 2: bytes.erase(bytes.begin() + at); break;
            default: bytes.insert(bytes.begin() + at, value); break;
            }
        }
        bytes.shrink_to_fit();
        const auto reading = readMidi(bytes, "mutated.mid");
        if (!reading) {
            QCOMPARE(reading.error().kind, ErrorKind::Refused);
            continue;
        }
        ++readable;
        const auto writing = writeMidi(reading->score);
        QVERIFY(writing);
        const auto again = readMidi(writing->bytes, "written.mid");
        QVERIFY2(again && again->score == reading->score, std::to_string(round).c_str());
    }
    QVERIFY(readable > rounds / 2);
}

QTEST_APPLESS_MAIN(TestMidiHostile)
#include "tst_midi_hostile.moc"
