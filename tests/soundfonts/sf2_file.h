// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

/// A strict reader of the SoundFont chunks that the test looks into.
namespace continuo::test {

struct Sf2Sample
{
    std::string name;
    std::uint32_t start = 0;
    std::uint32_t end = 0;
    std::uint32_t loopStart = 0;
    std::uint32_t loopEnd = 0;
    std::uint32_t sampleRate = 0;
    int rootKey = 0;
    int correction = 0; ///< cents
    int type = 0;
};

struct Sf2File
{
    QString problem;                          ///< empty when all is well
    std::map<std::string, QByteArray> chunks; ///< by four-letter name, LIST chunks opened
    std::vector<std::int16_t> frames;
    std::vector<Sf2Sample> samples; ///< without the terminal record

    int int16(const std::string& chunk, qsizetype at) const
    {
        const QByteArray& bytes = chunks.at(chunk);
        return static_cast<std::uint8_t>(bytes[at]) |
               (static_cast<std::uint8_t>(bytes[at + 1]) << 8);
    }
};

inline std::uint32_t littleEndian32(const QByteArray& bytes, qsizetype at)
{
    std::uint32_t value = 0;
    for (int i = 3; i >= 0; --i)
        value = (value << 8) | static_cast<std::uint8_t>(bytes[at + i]);
    return value;
}

/// Reads the chunks in [at, end); a chunk that reaches beyond is a problem.
inline void readChunks(Sf2File& file, const QByteArray& bytes, qsizetype at, qsizetype end)
{
    while (at < end && file.problem.isEmpty()) {
        if (at + 8 > end) {
            file.problem = QStringLiteral("a chunk header at byte %1 is cut short").arg(at);
            return;
        }
        const std::string tag = bytes.mid(at, 4).toStdString();
        const auto size = static_cast<qsizetype>(littleEndian32(bytes, at + 4));
        const qsizetype next = at + 8 + size + size % 2;
        if (next > end) {
            file.problem = QStringLiteral("chunk %1 at byte %2 is longer than its parent")
                               .arg(QString::fromStdString(tag))
                               .arg(at);
            return;
        }
        if (tag == "LIST")
            readChunks(file, bytes, at + 12, at + 8 + size);
        else if (!file.chunks.emplace(tag, bytes.mid(at + 8, size)).second)
            file.problem = QStringLiteral("chunk %1 stands twice").arg(QString::fromStdString(tag));
        at = next;
    }
}

inline Sf2File readSf2(const QByteArray& bytes)
{
    Sf2File file;
    if (bytes.size() < 12 || bytes.left(4) != "RIFF" || bytes.mid(8, 4) != "sfbk" ||
        static_cast<qsizetype>(littleEndian32(bytes, 4)) + 8 != bytes.size()) {
        file.problem = QStringLiteral("not a RIFF sfbk file of its own length");
        return file;
    }
    readChunks(file, bytes, 12, bytes.size());
    const std::map<std::string, qsizetype> records{{"phdr", 38}, {"pbag", 4},  {"pmod", 10},
                                                   {"pgen", 4},  {"inst", 22}, {"ibag", 4},
                                                   {"imod", 10}, {"igen", 4},  {"shdr", 46}};
    for (const auto& [tag, size] : records) {
        if (!file.chunks.contains(tag))
            file.problem = QStringLiteral("chunk %1 is missing").arg(QString::fromStdString(tag));
        else if (file.chunks.at(tag).size() % size != 0 || file.chunks.at(tag).size() < size)
            file.problem = QStringLiteral("chunk %1 holds no whole number of records")
                               .arg(QString::fromStdString(tag));
    }
    for (const char* tag : {"ifil", "isng", "INAM", "smpl"})
        if (!file.chunks.contains(tag))
            file.problem = QStringLiteral("chunk %1 is missing").arg(QLatin1String(tag));
    if (!file.problem.isEmpty())
        return file;

    const QByteArray& frames = file.chunks.at("smpl");
    for (qsizetype i = 0; i + 1 < frames.size(); i += 2)
        file.frames.push_back(
            static_cast<std::int16_t>(static_cast<std::uint8_t>(frames[i]) |
                                      (static_cast<std::uint8_t>(frames[i + 1]) << 8)));
    const QByteArray& headers = file.chunks.at("shdr");
    for (qsizetype at = 0; at + 46 < headers.size(); at += 46) {
        Sf2Sample sample;
        sample.name = headers.mid(at, 20).constData();
        sample.start = littleEndian32(headers, at + 20);
        sample.end = littleEndian32(headers, at + 24);
        sample.loopStart = littleEndian32(headers, at + 28);
        sample.loopEnd = littleEndian32(headers, at + 32);
        sample.sampleRate = littleEndian32(headers, at + 36);
        sample.rootKey = static_cast<std::uint8_t>(headers[at + 40]);
        sample.correction = static_cast<std::int8_t>(headers[at + 41]);
        sample.type = static_cast<std::uint8_t>(headers[at + 44]);
        file.samples.push_back(sample);
    }
    return file;
}

} // namespace continuo::test
