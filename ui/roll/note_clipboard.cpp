// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/roll/note_clipboard.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <cmath>

namespace continuo::ui {

namespace {

constexpr double kMostTicks = 1e12;

std::optional<int> wholeIn(const QJsonValue& value, int least, int most)
{
    const double number = value.toDouble(-1);
    if (!(number >= least && number <= most) || number != std::floor(number))
        return std::nullopt;
    return static_cast<int>(number);
}

} // namespace

QByteArray notesToClipboard(std::span<const Note> notes, int ticksPerQuarter)
{
    Tick first = notes.empty() ? Tick{} : notes.front().start;
    for (const Note& note : notes)
        first = std::min(first, note.start);
    QJsonArray list;
    for (const Note& note : notes)
        list.append(QJsonArray{static_cast<double>((note.start - first).value), static_cast<double>(note.length.value), note.pitch.value,
                               note.velocity, note.releaseVelocity, note.channel});
    return QJsonDocument(QJsonObject{{QStringLiteral("ticksPerQuarter"), ticksPerQuarter}, {QStringLiteral("notes"), list}}).toJson(QJsonDocument::Compact);
}

std::optional<std::vector<Note>> notesFromClipboard(const QByteArray& data, int ticksPerQuarter)
{
    const QJsonObject object = QJsonDocument::fromJson(data).object();
    const auto from = wholeIn(object.value(QStringLiteral("ticksPerQuarter")), 1, 32767);
    if (!from || !object.value(QStringLiteral("notes")).isArray())
        return std::nullopt;
    const auto ticks = [&](double value) { return Tick{std::llround(value * ticksPerQuarter / *from)}; };
    std::vector<Note> notes;
    for (const QJsonValue value : object.value(QStringLiteral("notes")).toArray()) {
        const QJsonArray parts = value.toArray();
        const double start = parts.at(0).toDouble(-1);
        const double length = parts.at(1).toDouble(-1);
        const auto pitch = wholeIn(parts.at(2), 0, 127);
        const auto velocity = wholeIn(parts.at(3), 1, 127);
        const auto release = wholeIn(parts.at(4), 0, 127);
        const auto channel = wholeIn(parts.at(5), 0, 15);
        if (!(start >= 0 && start <= kMostTicks && length >= 0 && length <= kMostTicks) || !pitch || !velocity || !release || !channel)
            return std::nullopt;
        Note note;
        note.start = ticks(start);
        // Ends are rounded, not lengths, so that notes that met still meet.
        note.length = ticks(start + length) - note.start;
        note.pitch.value = static_cast<std::uint8_t>(*pitch);
        note.velocity = static_cast<std::uint8_t>(*velocity);
        note.releaseVelocity = static_cast<std::uint8_t>(*release);
        note.channel = static_cast<std::uint8_t>(*channel);
        notes.push_back(note);
    }
    std::ranges::stable_sort(notes, {}, &Note::start);
    return notes;
}

} // namespace continuo::ui
