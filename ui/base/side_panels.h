// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>

#include <array>

QT_BEGIN_NAMESPACE
class QSettings;
class QSplitter;
class QWidget;
QT_END_NAMESPACE

namespace continuo::ui {

/// The panels on the left and on the right of a workspace: as wide as the user made them, narrow in
/// a small window, hidden when the user does not want them; all of it is remembered. What grows with
/// the window is the work between them. GUI thread only.
class SidePanels final : public QObject
{
    Q_OBJECT

public:
    enum Side
    {
        Left,
        Right
    };
    struct Panel
    {
        QWidget& widget;
        QString name; ///< What is in it: "Tracks".
        int usual;    ///< Width in a large window.
        int narrow;   ///< In a small one, and the least.
    };

    /// Puts the three into `splitter`, which owns them and this. The settings keep
    /// "<workspace>/leftShown", "/leftWidth", "/leftNarrowWidth" and the same for the right; they
    /// are borrowed and must outlive this.
    SidePanels(QSplitter& splitter, QSettings& settings, const QString& workspace, Panel left,
               QWidget& middle, Panel right);

    const QString& name(Side side) const { return m_panels[side].name; }
    /// Whether the user wants it to be seen.
    bool isShown(Side side) const { return m_isShown[side]; }
    void setShown(Side side, bool isShown);
    /// A panel that has nothing to show stays away whatever the user wants; `because` says why,
    /// empty: it is there again.
    void setAbsent(Side side, const QString& because);
    const QString& whyAbsent(Side side) const { return m_absence[side]; }

Q_SIGNALS:
    void changed(); ///< Shown, hidden, absent or there.

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QString setting(Side side, const char* what) const;
    QString widthSetting(Side side) const;
    bool isNarrow() const;
    void fit();
    void keepWidths();
    void show(Side side);

    QSplitter& m_splitter;
    QSettings& m_settings;
    QString m_workspace;
    std::array<Panel, 2> m_panels;
    std::array<bool, 2> m_isShown{};
    std::array<QString, 2> m_absence{};
};

} // namespace continuo::ui
