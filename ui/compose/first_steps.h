// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>

#include <array>

QT_BEGIN_NAMESPACE
class QSettings;
class QWidget;
QT_END_NAMESPACE

namespace continuo::ui {

class Appearance;
class StepCard;

/// Three cards that lie on the roll at the first start: hear, continue, keep. Each goes when its
/// step was done or it was closed; what is left is remembered in the settings. GUI thread only.
class FirstSteps final : public QObject
{
    Q_OBJECT

public:
    enum Step
    {
        Hear,
        Continue,
        Keep
    };

    /// `ground` is what the cards lie on; all are borrowed and must outlive this.
    FirstSteps(const Appearance& appearance, QSettings& settings, QWidget& ground);

    /// Calls all three back.
    void showAll();
    void finish(Step step);
    bool isShown(Step step) const;
    /// While there is nothing to hear or to continue they stay away.
    void setPossible(bool isPossible);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void show();
    void place();

    QSettings& m_settings;
    QWidget& m_ground;
    std::array<StepCard*, 3> m_cards{};
    bool m_isPossible = true;
};

} // namespace continuo::ui
