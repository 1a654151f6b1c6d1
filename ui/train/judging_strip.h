// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include <optional>

QT_BEGIN_NAMESPACE
class QLabel;
class QProgressBar;
class QPushButton;
QT_END_NAMESPACE

namespace continuo::ui {

/// The foot of a window that judges: how far it is in words and as a bar, and what can be pressed
/// then. GUI thread only.
class JudgingStrip final : public QWidget
{
    Q_OBJECT

public:
    /// `start` begins judging and is owned from now on.
    explicit JudgingStrip(QPushButton* start, QWidget* parent = nullptr);

    /// What is being done, and its share where it is known.
    void tell(const QString& words, std::optional<double> share);
    /// What was told before is over.
    void forget();
    /// While it is judged the bar and *Stop* are there; `atFirst` stands until something was told.
    void setJudging(bool isJudging, const QString& atFirst);
    QPushButton& start() const { return *m_start; }
    QPushButton& choose() const { return *m_choose; } ///< "Choose the set…"

Q_SIGNALS:
    void chooseRequested();
    void stopRequested();
    void closeRequested();

private:
    QString m_told{};
    QLabel* m_words;
    QProgressBar* m_bar;
    QPushButton* m_choose;
    QPushButton* m_start;
    QPushButton* m_stop;
};

} // namespace continuo::ui
