// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPushButton>

namespace continuo::ui {

/// The primary button, with its key in lighter letters behind its word.
class KeyButton final : public QPushButton
{
    Q_OBJECT

public:
    explicit KeyButton(QWidget* parent = nullptr);

    void setWords(const QString& word, const QString& key);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_key{};
};

} // namespace continuo::ui
