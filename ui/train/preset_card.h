// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/train/preset_catalogue.h"

#include <QAbstractButton>

QT_BEGIN_NAMESPACE
class QFrame;
class QLabel;
QT_END_NAMESPACE

namespace continuo::ui {

/// A system to train, in plain words: a choice among its siblings. GUI thread only.
class PresetCard final : public QAbstractButton
{
    Q_OBJECT

public:
    PresetCard(const PresetInfo& preset, QWidget* parent = nullptr);

    const QString& preset() const { return m_preset; }
    /// "about 4 min here"; empty: not known.
    void setTime(const QString& words);
    QSize sizeHint() const override { return {290, 148}; }

Q_SIGNALS:
    /// *About this system*.
    void aboutRequested(const QString& preset);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void checkStateSet() override;
    void nextCheckState() override;

private:
    QString m_preset;
    QFrame* m_frame;
    QLabel* m_time;
};

/// "LSTM 256 ×2"
QString presetKindInWords(const PresetInfo& preset);

} // namespace continuo::ui
