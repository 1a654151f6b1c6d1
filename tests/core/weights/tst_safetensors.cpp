// SPDX-License-Identifier: GPL-3.0-or-later
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include "core/base/random.h"
#include "core/weights/safetensors.h"

#include <cstring>

using namespace continuo;

namespace {

/// A file from its JSON header and the bytes after it.
std::vector<std::uint8_t> fileOf(const std::string& header, std::size_t contents)
{
    std::vector<std::uint8_t> bytes(8);
    const std::uint64_t length = header.size();
    std::memcpy(bytes.data(), &length, 8);
    bytes.insert(bytes.end(), header.begin(), header.end());
    bytes.resize(bytes.size() + contents, 7);
    return bytes;
}

std::vector<std::uint8_t> withLength(std::vector<std::uint8_t> bytes, std::uint64_t length)
{
    std::memcpy(bytes.data(), &length, 8);
    return bytes;
}

TensorFile example()
{
    TensorFile file;
    file.metadata = {{"format", "pt"}, {"name", "Größe ♯"}};
    file.tensors["b.weight"] = floatTensor(std::vector<float>{1.5F, -2, 3, 4, 5, 6}, {2, 3});
    file.tensors["a.count"] = Tensor{"I64", {}, std::vector<std::byte>(8, std::byte{1})};
    file.tensors["none"] = Tensor{"F32", {0, 4}, {}};
    return file;
}

std::filesystem::path inside(const QTemporaryDir& folder, const char* name)
{
    return std::filesystem::path(folder.path().toStdString()) / name;
}

} // namespace

class TestSafetensors final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsWrittenIsReadBack();
    void equalContentsGiveEqualBytes();
    void theHeaderAloneTellsNamesAndShapes();
    void floatsKeepTheirBits();
    void hostileFilesAreRefusedByName_data();
    void hostileFilesAreRefusedByName();
    void everyTruncationIsRefused();
    void changedBytesNeverCrash();
    void writingRefusesToReplace();
    void aMissingFileSaysSo();
    void pythonOpensIt();
};

void TestSafetensors::whatIsWrittenIsReadBack()
{
    QTemporaryDir folder;
    const auto path = inside(folder, "a.safetensors");
    QVERIFY(writeTensorFile(path, example(), Overwrite::Refuse));
    const Result<TensorFile> read = readTensorFile(path);
    QVERIFY2(read, read ? "" : read.error().text.c_str());
    QVERIFY(*read == example());
}

void TestSafetensors::equalContentsGiveEqualBytes()
{
    QTemporaryDir folder;
    QVERIFY(writeTensorFile(inside(folder, "a"), example(), Overwrite::Refuse));
    QVERIFY(writeTensorFile(inside(folder, "b"), example(), Overwrite::Refuse));
    const auto first = readFile(inside(folder, "a"));
    QVERIFY(first);
    QVERIFY(*first == *readFile(inside(folder, "b")));
    std::uint64_t length = 0;
    std::memcpy(&length, first->data(), 8);
    QCOMPARE(length % 8, std::uint64_t{0});
}

void TestSafetensors::theHeaderAloneTellsNamesAndShapes()
{
    QTemporaryDir folder;
    const auto path = inside(folder, "a");
    QVERIFY(writeTensorFile(path, example(), Overwrite::Refuse));
    const Result<TensorFile> header = readTensorFileHeader(path);
    QVERIFY(header);
    TensorFile expected = example();
    for (auto& [name, tensor] : expected.tensors)
        tensor.bytes.clear();
    QVERIFY(*header == expected);
}

void TestSafetensors::floatsKeepTheirBits()
{
    const std::vector<float> values{0.1F, -0.0F, 3.4e38F, 1e-42F};
    const std::vector<float> back = floatValues(floatTensor(values, {4}));
    QCOMPARE(std::memcmp(values.data(), back.data(), 16), 0);
    QVERIFY(floatValues(floatTensor({}, {0})).empty());
}

void TestSafetensors::hostileFilesAreRefusedByName_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("id");
    const auto row = [](const char* name, const std::vector<std::uint8_t>& bytes, const char* id) {
        QTest::newRow(name) << QByteArray(reinterpret_cast<const char*>(bytes.data()), qsizetype(bytes.size())) << id;
    };
    const std::string good = R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";
    const std::string two = R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[4],"data_offsets":)";
    const char* notOne = "safetensors.not-one";
    const char* truncated = "safetensors.truncated";
    const char* badHeader = "safetensors.bad-header";
    const char* badTensor = "safetensors.bad-tensor";
    row("empty", {}, notOne);
    row("seven bytes", {1, 2, 3, 4, 5, 6, 7}, notOne);
    row("a MIDI file", {'M', 'T', 'h', 'd', 0, 0, 0, 6, 0, 1, 0, 1}, notOne);
    row("header length huge", withLength(fileOf(good, 8), ~std::uint64_t{0}), badHeader);
    row("header length past the end", withLength(fileOf(good, 8), 5000), truncated);
    row("header length cuts the header", withLength(fileOf(good, 8), 20), badHeader);
    row("contents cut", fileOf(good, 7), truncated);
    row("bytes left over", fileOf(good, 9), badTensor);
    row("overlap", fileOf(two + "[4,8]}}", 8), badTensor);
    row("gap", fileOf(two + "[12,16]}}", 16), badTensor);
    row("far outside", fileOf(two + "[8,12]}}", 8), truncated);
    row("ends before it begins", fileOf(two + "[12,8]}}", 12), badTensor);
    row("shape does not fit", fileOf(two + "[8,13]}}", 13), badTensor);
    row("shape overflows",
        fileOf(R"({"a":{"dtype":"F32","shape":[4611686018427387904,4611686018427387904],"data_offsets":[0,8]}})", 8),
        badTensor);
    row("size beyond 63 bits", fileOf(R"({"a":{"dtype":"F32","shape":[18446744073709551615],"data_offsets":[0,8]}})", 8),
        badHeader);
    row("negative size", fileOf(R"({"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}})", 8), badHeader);
    row("unknown dtype", fileOf(R"({"a":{"dtype":"X9","shape":[8],"data_offsets":[0,8]}})", 8), badTensor);
    row("no dtype", fileOf(R"({"a":{"shape":[2],"data_offsets":[0,8]}})", 8), badHeader);
    row("one offset", fileOf(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[8]}})", 8), badHeader);
    row("three offsets", fileOf(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,9]}})", 8), badHeader);
    row("duplicate tensor",
        fileOf(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}})", 16),
        badHeader);
    row("duplicate metadata key", fileOf(R"({"__metadata__":{"x":"1","x":"2"}})", 0), badHeader);
    row("metadata twice", fileOf(R"({"__metadata__":{},"__metadata__":{}})", 0), badHeader);
    row("metadata is no text", fileOf(R"({"__metadata__":{"x":1}})", 0), badHeader);
    row("unknown member", fileOf(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":[]}})", 8), badHeader);
    row("bad UTF-8", fileOf("{\"\xff\xfe\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8), badHeader);
    row("not JSON", fileOf("{hello", 0), badHeader);
    row("something after the object", fileOf("{} {}", 0), badHeader);
    row("deep nesting", fileOf("{\"a\":" + std::string(2'000'000, '['), 0), badHeader);
    row("many dimensions", fileOf("{\"a\":{\"dtype\":\"F32\",\"shape\":[1" + [] {
            std::string ones;
            for (int i = 0; i < 100000; ++i)
                ones += ",1";
            return ones;
        }() + "],\"data_offsets\":[0,4]}}", 4), badHeader);
}

void TestSafetensors::hostileFilesAreRefusedByName()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, id);
    const std::span<const std::uint8_t> span{reinterpret_cast<const std::uint8_t*>(bytes.constData()), std::size_t(bytes.size())};
    const Result<TensorFile> read = parseTensorFile(span, "a.safetensors");
    QVERIFY(!read);
    QCOMPARE(QString::fromStdString(read.error().id), id);
    QCOMPARE(read.error().kind, ErrorKind::Refused);
    QVERIFY(QString::fromStdString(read.error().text).startsWith("a.safetensors: "));

    QTemporaryDir folder;
    const auto path = inside(folder, "a.safetensors");
    QVERIFY(writeFile(path, span, Overwrite::Refuse));
    const Result<TensorFile> header = readTensorFileHeader(path);
    QVERIFY(!header);
    QCOMPARE(QString::fromStdString(header.error().id), id);
}

void TestSafetensors::everyTruncationIsRefused()
{
    QTemporaryDir folder;
    QVERIFY(writeTensorFile(inside(folder, "a"), example(), Overwrite::Refuse));
    const auto whole = readFile(inside(folder, "a"));
    QVERIFY(parseTensorFile(*whole, "a"));
    for (std::size_t size = 0; size < whole->size(); ++size)
        QVERIFY(!parseTensorFile(std::span(*whole).first(size), "a"));
}

void TestSafetensors::changedBytesNeverCrash()
{
    QTemporaryDir folder;
    QVERIFY(writeTensorFile(inside(folder, "a"), example(), Overwrite::Refuse));
    const auto whole = readFile(inside(folder, "a"));
    const CounterRandom random(11, CounterRandom::Domain::Test);
    const int rounds = qEnvironmentVariableIsSet("CONTINUO_FUZZ_ROUNDS") ? qEnvironmentVariableIntValue("CONTINUO_FUZZ_ROUNDS") : 20000;
    int read = 0;
    for (std::uint32_t round = 0; round < std::uint32_t(rounds); ++round) {
        std::vector<std::uint8_t> changed = *whole;
        for (std::uint32_t change = 0; change <= round % 3; ++change)
            changed[random.below(changed.size(), round, change)] = std::uint8_t(random.bits(round, change, 1));
        const Result<TensorFile> result = parseTensorFile(changed, "a");
        if (result)
            ++read;
        else
            QVERIFY(!result.error().id.empty());
    }
    QVERIFY(read > 0);
}

void TestSafetensors::writingRefusesToReplace()
{
    QTemporaryDir folder;
    QVERIFY(writeTensorFile(inside(folder, "a"), example(), Overwrite::Refuse));
    QCOMPARE(writeTensorFile(inside(folder, "a"), {}, Overwrite::Refuse).error().id, std::string("file.exists"));
    QVERIFY(writeTensorFile(inside(folder, "a"), {}, Overwrite::Replace));
    QVERIFY(*readTensorFile(inside(folder, "a")) == TensorFile{});
}

void TestSafetensors::aMissingFileSaysSo()
{
    QTemporaryDir folder;
    QCOMPARE(readTensorFile(inside(folder, "no")).error().id, std::string("file.not-found"));
    QCOMPARE(readTensorFileHeader(inside(folder, "no")).error().id, std::string("file.not-found"));
}

void TestSafetensors::pythonOpensIt()
{
    const QString python = qEnvironmentVariable("CONTINUO_PYTHON", "python3");
    QProcess probe;
    probe.start(python, {"-c", "import numpy, safetensors"});
    if (!probe.waitForFinished() || probe.exitCode() != 0)
        QSKIP("Python's safetensors and numpy are not installed (CONTINUO_PYTHON names another interpreter)");
    QTemporaryDir folder;
    QVERIFY(writeTensorFile(inside(folder, "a"), example(), Overwrite::Refuse));
    QProcess reader;
    reader.start(python,
                 {"-c",
                  "import sys\nfrom safetensors import safe_open\n"
                  "f = safe_open(sys.argv[1], 'numpy')\n"
                  "print(sorted(f.keys()), f.metadata()['format'], f.get_tensor('b.weight').tolist(), "
                  "int(f.get_tensor('a.count')), f.get_tensor('none').shape)",
                  QString::fromStdString(inside(folder, "a").string())});
    QVERIFY(reader.waitForFinished());
    QCOMPARE(QString(reader.readAllStandardOutput()).trimmed(),
             QString("['a.count', 'b.weight', 'none'] pt [[1.5, -2.0, 3.0], [4.0, 5.0, 6.0]] 72340172838076673 (0, 4)"));
}

QTEST_APPLESS_MAIN(TestSafetensors)
#include "tst_safetensors.moc"
