// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/pitch.h"
#include "ui/base/words.h"

#include <QSpinBox>

namespace continuo::ui {

/// A MIDI key by its name: "C♯4"; "C#4", "Db4" and "61" are read too.
class PitchSpin final : public QSpinBox
{
    Q_OBJECT

public:
    explicit PitchSpin(QWidget* parent = nullptr)
        : QSpinBox(parent)
    {
        setRange(0, 127);
    }

protected:
    QString textFromValue(int value) const override { return pitchInWords(value); }
    int valueFromText(const QString& text) const override
    {
        const auto pitch = read(text);
        return pitch ? pitch->value : value();
    }
    QValidator::State validate(QString& text, int&) const override
    {
        return read(text) ? QValidator::Acceptable : QValidator::Intermediate;
    }

private:
    static std::optional<Pitch> read(QString text)
    {
        return parsePitch(text.trimmed().replace(QChar(0x266f), QLatin1Char('#')).toStdString());
    }
};

} // namespace continuo::ui
