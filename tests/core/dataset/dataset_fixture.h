// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QDir>
#include <QFile>
#include <QString>

#include "core/base/random.h"

#include <filesystem>
#include <string>

namespace continuo {

inline std::filesystem::path toPath(const QString& path)
{
    return path.toStdString();
}

inline bool writeBytes(const QString& path, const QByteArray& bytes)
{
    if (!QDir().mkpath(QFileInfo(path).path()))
        return false;
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
}

inline QByteArray readBytes(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// A tune of `bars` bars that no other number shares a passage with, save by chance.
inline QByteArray tuneText(std::uint32_t number, int bars = 16, const char* key = "C")
{
    const CounterRandom random(number, CounterRandom::Domain::Test);
    QByteArray text = "X:1\nT:Tune " + QByteArray::number(number) + "\nM:4/4\nL:1/8\nK:" + key + "\n";
    for (int bar = 0; bar < bars; ++bar) {
        for (int beat = 0; beat < 8; ++beat) {
            const auto draw = random.below(14, static_cast<std::uint32_t>(bar), static_cast<std::uint32_t>(beat));
            text += "CDEFGABcdefgab"[draw];
        }
        text += "|";
    }
    return text + "\n";
}

} // namespace continuo
