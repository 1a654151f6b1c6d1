// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QTest>

#include "core/base/file.h"
#include "core/learn/tensorboard.h"

#include <bit>
#include <cstring>

using namespace continuo;

namespace {

/// One event as a reader of its own understands it.
struct Event
{
    double seconds = 0;
    std::int64_t step = 0;
    std::string version{};
    int session = 0;
    std::string tag{};
    float value = 0;
};

/// Reads protobuf fields; only what TensorBoard events use.
class Fields
{
public:
    explicit Fields(std::string_view bytes)
        : m_bytes(bytes)
    {
    }
    bool next()
    {
        if (m_bytes.empty())
            return false;
        const std::uint64_t key = varint();
        field = int(key >> 3);
        switch (key & 7) {
        case 0:
            number = varint();
            break;
        case 1:
            number = fixed<std::uint64_t>();
            break;
        case 2: {
            const std::uint64_t length = varint();
            text = m_bytes.substr(0, length);
            m_bytes.remove_prefix(length);
            break;
        }
        case 5:
            number = fixed<std::uint32_t>();
            break;
        default:
            return false;
        }
        return true;
    }
    int field = 0;
    std::uint64_t number = 0;
    std::string_view text{};

private:
    std::uint64_t varint()
    {
        std::uint64_t value = 0;
        for (int shift = 0;; shift += 7) {
            const auto byte = std::uint8_t(m_bytes.front());
            m_bytes.remove_prefix(1);
            value |= std::uint64_t(byte & 0x7f) << shift;
            if (byte < 0x80)
                return value;
        }
    }
    template <typename T>
    T fixed()
    {
        T value = 0;
        std::memcpy(&value, m_bytes.data(), sizeof value);
        m_bytes.remove_prefix(sizeof value);
        return value;
    }
    std::string_view m_bytes;
};

Event eventOf(std::string_view bytes)
{
    Event event;
    for (Fields fields(bytes); fields.next();) {
        if (fields.field == 1)
            event.seconds = std::bit_cast<double>(fields.number);
        if (fields.field == 2)
            event.step = std::int64_t(fields.number);
        if (fields.field == 3)
            event.version = fields.text;
        if (fields.field == 7)
            for (Fields log(fields.text); log.next();)
                event.session = int(log.number);
        if (fields.field == 5)
            for (Fields summary(fields.text); summary.next();)
                for (Fields value(summary.text); value.next();) {
                    if (value.field == 1)
                        event.tag = value.text;
                    if (value.field == 2)
                        event.value = std::bit_cast<float>(std::uint32_t(value.number));
                }
    }
    return event;
}

std::uint32_t unmasked(std::uint32_t crc)
{
    return std::rotl(crc - 0xa282ead8U, 15);
}

std::vector<Event> eventsOf(const std::filesystem::path& path)
{
    const std::string bytes = *readTextFile(path);
    std::vector<Event> events;
    for (std::string_view rest = bytes; !rest.empty();) {
        std::uint64_t length = 0;
        std::uint32_t lengthCrc = 0;
        std::uint32_t crc = 0;
        std::memcpy(&length, rest.data(), 8);
        std::memcpy(&lengthCrc, rest.data() + 8, 4);
        if (unmasked(lengthCrc) != crc32c(rest.substr(0, 8)))
            return {};
        const std::string_view event = rest.substr(12, length);
        std::memcpy(&crc, rest.data() + 12 + length, 4);
        if (unmasked(crc) != crc32c(event))
            return {};
        events.push_back(eventOf(event));
        rest.remove_prefix(16 + length);
    }
    return events;
}

} // namespace

class TestTensorBoard final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void checksumsAreCastagnolis();
    void scalarsCanBeReadWhileTheFileGrows();
    void aLaterSessionForgetsWhatFollows();
    void aFolderThatIsNotThereSaysSo();
};

void TestTensorBoard::checksumsAreCastagnolis()
{
    // RFC 3720, appendix B.4.
    QCOMPARE(crc32c(std::string(32, '\0')), 0x8A9136AAU);
    QCOMPARE(crc32c(std::string(32, '\xff')), 0x62A8AB43U);
    QCOMPARE(crc32c("123456789"), 0xE3069283U);
}

void TestTensorBoard::scalarsCanBeReadWhileTheFileGrows()
{
    QTemporaryDir folder;
    Result<TensorBoardWriter> writer = TensorBoardWriter::open(folder.path().toStdString(), 0, 1700000000.5);
    QVERIFY(writer);
    QVERIFY(writer->path().filename().string().starts_with("events.out.tfevents.1700000000."));
    QVERIFY(writer->scalar("loss/train", 3, 1.5, 1700000001));
    QVERIFY(writer->scalar("loss/train", 300000000000, -0.25, 1700000002));
    QVERIFY(writer->flush());
    const std::vector<Event> events = eventsOf(writer->path());
    QCOMPARE(events.size(), std::size_t{3});
    QCOMPARE(events[0].version, std::string("brain.Event:2"));
    QCOMPARE(events[0].seconds, 1700000000.5);
    QCOMPARE(events[1].tag, std::string("loss/train"));
    QCOMPARE(events[1].step, std::int64_t{3});
    QCOMPARE(events[1].value, 1.5F);
    QCOMPARE(events[2].step, std::int64_t{300000000000});
    QCOMPARE(events[2].value, -0.25F);
}

void TestTensorBoard::aLaterSessionForgetsWhatFollows()
{
    QTemporaryDir folder;
    const Result<TensorBoardWriter> first = TensorBoardWriter::open(folder.path().toStdString(), 0, 1700000000);
    const Result<TensorBoardWriter> second = TensorBoardWriter::open(folder.path().toStdString(), 120, 1700000000);
    QVERIFY(first && second);
    // Readers take the files of a folder in the order of their names.
    QVERIFY(first->path() < second->path());
    const std::vector<Event> events = eventsOf(second->path());
    QCOMPARE(events.size(), std::size_t{2});
    QCOMPARE(events[1].session, 1);
    QCOMPARE(events[1].step, std::int64_t{120});
}

void TestTensorBoard::aFolderThatIsNotThereSaysSo()
{
    QTemporaryDir folder;
    QCOMPARE(TensorBoardWriter::open(folder.path().toStdString() + "/no", 0, 0).error().id, std::string("file.not-found"));
}

QTEST_APPLESS_MAIN(TestTensorBoard)
#include "tst_tensorboard.moc"
